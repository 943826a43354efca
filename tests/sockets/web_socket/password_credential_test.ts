import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { inspect } from "node:util";
import { ArgumentError } from "../../../errors/argument_error.ts";
import { PasswordCredential } from "../../../sockets/web_socket/password_credential.ts";

const PURE = { permissions: "none" } as const;
const PROPERTIES = ["resource", "userName", "password"] as const;

function makeCredential(): PasswordCredential {
  return new PasswordCredential("a.example", "anna", "s3cret");
}

Deno.test(
  "PasswordCredential() has empty properties when it gets none",
  PURE,
  () => {
    const credential = new PasswordCredential();

    for (const property of PROPERTIES) assertEquals(credential[property], "");
  },
);

Deno.test("PasswordCredential() has the properties that it gets", PURE, () => {
  const credential = makeCredential();

  assertEquals(credential.resource, "a.example");
  assertEquals(credential.userName, "anna");
  assertEquals(credential.password, "s3cret");
});

Deno.test("PasswordCredential has the properties that are set", PURE, () => {
  for (const property of PROPERTIES) {
    for (const value of ["ünï ✓", "a:b", ""]) {
      const credential = makeCredential();
      credential[property] = value;
      assertEquals(credential[property], value);
    }
  }
});

Deno.test(
  "PasswordCredential refuses what is no string, and keeps what it has",
  PURE,
  () => {
    for (const property of ["resource", "userName"] as const) {
      for (
        const [value, text] of [[null, "null"], [7, "7"], [{}, "an object"]]
      ) {
        const credential = makeCredential();
        assertThrows(
          () => Object.assign(credential, { [property]: value }),
          ArgumentError,
          `Cannot set ${property} to ${text}: it must be a string`,
        );
        assertEquals(credential[property], makeCredential()[property]);
      }
    }
  },
);

Deno.test(
  "PasswordCredential.password is not shown when it is refused",
  PURE,
  () => {
    for (const value of [null, 42, ["s3cret"]]) {
      const credential = makeCredential();
      const error = assertThrows(
        () => Object.assign(credential, { password: value }),
        ArgumentError,
      );
      assertEquals(error.message, "Cannot set password: it must be a string");
      assertEquals(credential.password, "s3cret");
    }
  },
);

Deno.test("PasswordCredential() refuses what is no string", PURE, () => {
  for (const i of PROPERTIES.keys()) {
    const args: unknown[] = ["a", "b", "c"];
    args[i] = null;
    assertThrows(
      () => Reflect.construct(PasswordCredential, args),
      ArgumentError,
      `Cannot set ${PROPERTIES[i]}`,
    );
  }
});

Deno.test(
  "PasswordCredential.retrievePassword() keeps the password",
  PURE,
  () => {
    const credential = makeCredential();
    credential.retrievePassword();

    assertEquals(credential.password, "s3cret");
  },
);

Deno.test(
  "PasswordCredential shows all but the password when it is inspected",
  PURE,
  () => {
    const credential = makeCredential();
    const shown =
      'PasswordCredential { resource: "a.example", userName: "anna" }';

    assertEquals(Deno.inspect(credential), shown);
    assertStringIncludes(Deno.inspect({ nested: [credential] }), shown);
    const options = { showHidden: true, getters: true };
    assertEquals(Deno.inspect(credential, options), shown);
    for (const text of [inspect(credential, options), `${credential}`]) {
      assertEquals(text.includes("s3cret"), false, text);
    }
  },
);

Deno.test("PasswordCredential shows all but the password in JSON", PURE, () => {
  assertEquals(
    JSON.stringify({ credential: makeCredential() }),
    '{"credential":{"resource":"a.example","userName":"anna"}}',
  );
});

Deno.test(
  "PasswordCredential shows no password when its properties are listed",
  PURE,
  () => {
    const credential = makeCredential();

    assertEquals(Object.keys(credential), []);
    assertEquals(Object.keys(structuredClone(credential)), []);
  },
);
