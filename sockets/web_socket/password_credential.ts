import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";

/**
 * A user name and a password, for a server or a proxy that asks for them.
 *
 * It is as much of WinRT's `Windows.Security.Credentials.PasswordCredential` as
 * sockets need: there is no `properties`, since there is no vault that would
 * keep them. Neither `console.log` nor `JSON.stringify` shows the password.
 *
 * @example Usage
 * ```ts
 * import { PasswordCredential } from "@winrt/sockets/password-credential";
 * import { assertEquals } from "@std/assert";
 *
 * const credential = new PasswordCredential("a.example", "anna", "secret");
 *
 * assertEquals(credential.password, "secret");
 * assertEquals(
 *   Deno.inspect(credential, { colors: false }),
 *   'PasswordCredential { resource: "a.example", userName: "anna" }',
 * );
 * ```
 */
export class PasswordCredential {
  #resource = "";
  #userName = "";
  #password = "";

  static {
    // With isolatedDeclarations a method cannot have such a computed name.
    Object.defineProperty(this.prototype, Symbol.for("Deno.customInspect"), {
      value(
        this: PasswordCredential,
        inspect: typeof Deno.inspect,
        options: Deno.InspectOptions,
      ): string {
        return `PasswordCredential ${inspect(this.toJSON(), options)}`;
      },
    });
  }

  /** Makes a credential whose properties are all `""`. */
  constructor();
  /**
   * Makes a credential.
   *
   * @param resource What it is for, such as the name of a host. Sockets do not
   * look at it.
   * @param userName The name of the user.
   * @param password The password.
   *
   * @throws {ArgumentError} If one of them is no string.
   *
   * @example Usage
   * ```ts
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * const credential = new PasswordCredential("a.example", "anna", "secret");
   *
   * assertEquals(credential.userName, "anna");
   * ```
   */
  constructor(resource: string, userName: string, password: string);
  constructor(resource = "", userName = "", password = "") {
    this.resource = resource;
    this.userName = userName;
    this.password = password;
  }

  /**
   * What the credential is for. Sockets do not look at it.
   *
   * @default {""}
   *
   * @throws {ArgumentError} If set to something that is no string.
   *
   * @example Usage
   * ```ts
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * const credential = new PasswordCredential();
   * credential.resource = "a.example";
   *
   * assertEquals(credential.resource, "a.example");
   * ```
   */
  get resource(): string {
    return this.#resource;
  }

  set resource(value: string) {
    checkString("resource", value);
    this.#resource = value;
  }

  /**
   * The name of the user.
   *
   * @default {""}
   *
   * @throws {ArgumentError} If set to something that is no string.
   *
   * @example Usage
   * ```ts
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * const credential = new PasswordCredential();
   * credential.userName = "anna";
   *
   * assertEquals(credential.userName, "anna");
   * ```
   */
  get userName(): string {
    return this.#userName;
  }

  set userName(value: string) {
    checkString("userName", value);
    this.#userName = value;
  }

  /**
   * The password. In WinRT, that of a credential from the vault is `""` before
   * {@linkcode PasswordCredential.retrievePassword}; here it is always there.
   *
   * @default {""}
   *
   * @throws {ArgumentError} If set to something that is no string, which the
   * message does not show.
   *
   * @example Usage
   * ```ts
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * const credential = new PasswordCredential();
   * credential.password = "secret";
   *
   * assertEquals(credential.password, "secret");
   * ```
   */
  get password(): string {
    return this.#password;
  }

  set password(value: string) {
    if (typeof value !== "string") {
      throw new ArgumentError("Cannot set password: it must be a string");
    }
    this.#password = value;
  }

  /**
   * Does nothing: the password is always there. In WinRT it comes from the vault.
   *
   * @example Usage
   * ```ts
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * const credential = new PasswordCredential("a.example", "anna", "secret");
   * credential.retrievePassword();
   *
   * assertEquals(credential.password, "secret");
   * ```
   */
  retrievePassword(): void {}

  /**
   * What `JSON.stringify` shows: all but the password. Not in WinRT.
   *
   * @returns The resource and the user name.
   *
   * @example Usage
   * ```ts
   * import { PasswordCredential } from "@winrt/sockets/password-credential";
   * import { assertEquals } from "@std/assert";
   *
   * const credential = new PasswordCredential("a.example", "anna", "secret");
   *
   * assertEquals(
   *   JSON.stringify(credential),
   *   '{"resource":"a.example","userName":"anna"}',
   * );
   * ```
   */
  toJSON(): { resource: string; userName: string } {
    return { resource: this.#resource, userName: this.#userName };
  }
}

function checkString(property: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new ArgumentError(
    `Cannot set ${property} to ${quote(value)}: it must be a string`,
  );
}
