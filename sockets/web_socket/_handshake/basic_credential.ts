import { ArgumentError } from "../../../errors/argument_error.ts";
import { quote } from "../../addressing/_quote.ts";

/** What a server or a proxy knows a user by. */
export interface BasicCredential {
  readonly userName: string;
  readonly password: string;
}

const CONTROL = /\p{Cc}/u;

/**
 * The value of an Authorization field (RFC 7617).
 *
 * @throws {ArgumentError} If the scheme cannot tell the name or the password.
 */
export function formatBasic({ userName, password }: BasicCredential): string {
  if (userName.includes(":")) {
    throw invalid(userName, "the user name has a colon, which ends it");
  }
  if (CONTROL.test(userName)) {
    throw invalid(userName, "the user name has a control character");
  }
  if (CONTROL.test(password)) {
    throw invalid(userName, "the password has a control character");
  }
  const bytes = new TextEncoder().encode(`${userName}:${password}`);
  return `Basic ${bytes.toBase64()}`;
}

function invalid(userName: string, reason: string): ArgumentError {
  return new ArgumentError(
    `Cannot use the credential of ${quote(userName)}: ${reason}`,
  );
}
