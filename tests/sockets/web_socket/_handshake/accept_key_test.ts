import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  acceptKeyOf,
  isKey,
  makeKey,
} from "../../../../sockets/web_socket/_handshake/accept_key.ts";
import { PURE, SAMPLE_ACCEPT, SAMPLE_KEY } from "./_heads.ts";

Deno.test(
  "acceptKeyOf() has the result of the samples of RFC 6455",
  PURE,
  async () => {
    assertEquals(await acceptKeyOf(SAMPLE_KEY), SAMPLE_ACCEPT);
  },
);

Deno.test("makeKey() makes 16 bytes that are new each time", PURE, () => {
  const keys = Array.from({ length: 100 }, makeKey);
  assertEquals(new Set(keys).size, keys.length);
  for (const key of keys) {
    assert(isKey(key));
    assertEquals(Uint8Array.fromBase64(key).length, 16);
  }
});

Deno.test(
  "isKey() takes the base64 of 16 bytes and of no other number",
  PURE,
  () => {
    for (let size = 0; size < 40; size++) {
      assertEquals(
        isKey(new Uint8Array(size).toBase64()),
        size === 16,
        `${size}`,
      );
    }
  },
);

Deno.test("isKey() takes nothing that is not base64", PURE, () => {
  for (
    const key of [
      "",
      SAMPLE_KEY.slice(0, -1),
      `${SAMPLE_KEY}=`,
      ` ${SAMPLE_KEY}`,
      `${SAMPLE_KEY}\n`,
      SAMPLE_KEY.replace("d", "-"),
      SAMPLE_KEY.replace("d", "_"),
      SAMPLE_KEY.replace("d", "="),
      SAMPLE_KEY.replace("d", "\xE9"),
    ]
  ) assertFalse(isKey(key), key);
});
