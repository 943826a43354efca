import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";

/**
 * Reads the URI of a WebSocket (RFC 6455, section 3).
 *
 * @returns A URL of its own.
 *
 * @throws {ArgumentError} If it is not one.
 */
export function parseWebSocketUri(uri: unknown): URL {
  const url = toUrl(uri);
  if (url.username !== "" || url.password !== "") {
    // A message does not tell a password.
    url.username = "";
    url.password = "";
    throw invalid(
      url.href,
      "it has a user name or a password, use control.serverCredential",
    );
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw invalid(url.href, "it must start with ws: or wss:");
  }
  if (url.port === "0") throw invalid(url.href, "no server has the port 0");
  // The hash of an empty fragment is empty, too.
  if (url.href.includes("#")) {
    throw invalid(url.href, "leave out the fragment, it starts with #");
  }
  return url;
}

/** The port to connect to; a URL has none if it is the default one. */
export function portOf({ port, protocol }: URL): number {
  const defaultPort = protocol === "wss:" ? 443 : 80;
  return port === "" ? defaultPort : Number(port);
}

/** The resource name (RFC 6455, section 3): the path and the query. */
export function resourceOf({ pathname, search }: URL): string {
  return pathname + search;
}

/** The value of the field Host: no port if it is the default one. */
export function hostOf({ host }: URL): string {
  return host;
}

/** What messages call it: a query may have a token. */
export function nameOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

/** A message does not tell a password, also of what is no URL. */
export function withoutUser(uri: string): string {
  return uri.replace(/\/\/[^/]*@/, "//");
}

function toUrl(uri: unknown): URL {
  if (uri instanceof URL) return new URL(uri);
  if (typeof uri !== "string") {
    throw invalid(uri, "it must be a string or a URL");
  }
  const url = URL.parse(uri);
  if (url === null) {
    throw invalid(withoutUser(uri), "it is not an absolute URL");
  }
  return url;
}

function invalid(uri: unknown, reason: string): ArgumentError {
  return new ArgumentError(`Cannot connect to ${quote(uri)}: ${reason}`);
}
