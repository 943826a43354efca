import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";
import { withoutUser } from "./web_socket_uri.ts";

/**
 * Reads the URI of an HTTP proxy.
 *
 * @returns A URL of its own.
 *
 * @throws {ArgumentError} If it is not one.
 */
export function parseProxyUri(uri: unknown): URL {
  const isUri = typeof uri === "string" || uri instanceof URL;
  const url = isUri ? URL.parse(uri) : null;
  if (url === null) {
    const value = isUri ? withoutUser(`${uri}`) : uri;
    throw invalid(quote(value), "it must be a URL of http:");
  }
  if (url.username !== "" || url.password !== "") {
    const reason = "it has a user name or a password, use proxyCredential";
    throw invalid(quote(url.host), reason);
  }
  if (url.protocol !== "http:") {
    throw invalid(quote(url.href), "it must be a URL of http:");
  }
  if (url.pathname !== "/" || url.search !== "" || url.href.includes("#")) {
    throw invalid(quote(url.href), "it must be a host and a port alone");
  }
  if (url.port === "0") {
    throw invalid(quote(url.href), "no proxy has the port 0");
  }
  return url;
}

function invalid(uri: string, reason: string): ArgumentError {
  return new ArgumentError(`Cannot set proxy to ${uri}: ${reason}`);
}
