import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import { formatBasic } from "../../../../sockets/web_socket/_handshake/basic_credential.ts";
import { findUnsendable } from "../../../../sockets/web_socket/_handshake/field_syntax.ts";
import { PURE } from "./_heads.ts";

Deno.test(
  "formatBasic() has the results of the samples of RFC 7617",
  PURE,
  () => {
    assertEquals(
      formatBasic({ userName: "Aladdin", password: "open sesame" }),
      "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    );
    assertEquals(
      formatBasic({ userName: "test", password: "123\xA3" }),
      "Basic dGVzdDoxMjPCow==",
    );
  },
);

Deno.test(
  "formatBasic() takes empty names and passwords, and colons in these",
  PURE,
  () => {
    assertEquals(formatBasic({ userName: "", password: "" }), "Basic Og==");
    assertEquals(
      formatBasic({ userName: "", password: "a:b" }),
      "Basic OmE6Yg==",
    );
  },
);

Deno.test("formatBasic() refuses a user name with a colon", PURE, () => {
  assertThrows(
    () => formatBasic({ userName: "a:b", password: "" }),
    ArgumentError,
    'Cannot use the credential of "a:b": the user name has a colon, which ends it',
  );
});

Deno.test(
  "formatBasic() refuses control characters and tells no password",
  PURE,
  () => {
    for (const control of ["\0", "\t", "\r", "\n", "\x1F", "\x7F", "\x85"]) {
      assertThrows(
        () => formatBasic({ userName: `a${control}b`, password: "" }),
        ArgumentError,
        "the user name has a control character",
      );
      const { message } = assertThrows(
        () => formatBasic({ userName: "a", password: `secret${control}` }),
        ArgumentError,
        'Cannot use the credential of "a": the password has a control character',
      );
      assertFalse(message.includes("secret"));
    }
  },
);

Deno.test("formatBasic() writes what can be read again", PURE, () => {
  const text = fc.string({ unit: "grapheme" }).filter((text) =>
    !/\p{Cc}/u.test(text)
  );
  const name = text.filter((text) => !text.includes(":"));
  fc.assert(fc.property(name, text, (userName, password) => {
    const value = formatBasic({ userName, password });
    assertEquals(findUnsendable(value), null);
    const bytes = Uint8Array.fromBase64(value.slice("Basic ".length));
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    assertEquals(decoder.decode(bytes), `${userName}:${password}`);
  }));
});
