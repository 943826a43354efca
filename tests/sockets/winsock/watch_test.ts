import { assert, assertEquals } from "@std/assert";
import { WSAEINTR } from "../../../sockets/winsock/mod.ts";
import { nativeSockets } from "../../../sockets/winsock/_open_sockets.ts";
import { watch } from "../../../sockets/winsock/_watch.ts";
import { ignore } from "./_winsock.ts";

Deno.test("watch() goes on when a signal has ended the call", {
  ignore,
  permissions: { ffi: true },
}, () => {
  assert(nativeSockets !== null);
  for (const milliseconds of [-1, 0, 1000]) {
    const outcomes = [-WSAEINTR, -WSAEINTR, 3];
    const watched = { poll: () => outcomes.shift() ?? 0, waits: () => [] };
    assertEquals(watch(nativeSockets, watched, milliseconds), 3);
  }
});
