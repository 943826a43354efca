import { assertEquals } from "@std/assert";
import { MessageWebSocket } from "../../../../mod.ts";
import { RawServer } from "../_raw_peer.ts";
import type { Exchange } from "./_case.ts";
import { AUTOBAHN_CASES } from "./_cases.ts";
import { assertTold, echo, MAX_MESSAGE_SIZE } from "./_echo.ts";
import { play } from "./_peer.ts";

/** What the library offers, if it compresses and nothing else is said. */
const OFFER = "permessage-deflate; client_max_window_bits";

async function testClient(exchange: Exchange): Promise<void> {
  const { deflate, ending } = exchange;
  using server = new RawServer();
  await using webSocket = new MessageWebSocket();
  const { control } = webSocket;
  control.maxMessageSize = MAX_MESSAGE_SIZE;
  if (deflate !== undefined) control.compression = { threshold: 0 };
  const connected = webSocket.connectAsync(server.url);
  const answer = deflate?.answer ?? null;
  using peer = await server.accept(
    ...(answer === null ? [] : [`Sec-WebSocket-Extensions: ${answer}`]),
  );
  await connected;
  assertEquals(
    peer.header("Sec-WebSocket-Extensions"),
    deflate === undefined ? null : OFFER,
  );
  const echoed = echo(webSocket);
  const code = await play(peer, exchange, { isServer: true, answer });
  assertTold(await echoed, ending, code);
}

for (const { id, behaviour, makeExchange } of AUTOBAHN_CASES) {
  Deno.test(`Autobahn ${id}: client ${behaviour}`, {
    permissions: { net: ["127.0.0.1"] },
  }, () => testClient(makeExchange()));
}
