import { assertEquals } from "@std/assert";
import { WebSocketListener } from "../../../../mod.ts";
import { shakeHandsRaw } from "../_raw_peer.ts";
import type { DeflateTerms, Exchange } from "./_case.ts";
import { AUTOBAHN_CASES } from "./_cases.ts";
import { assertTold, echo, MAX_MESSAGE_SIZE } from "./_echo.ts";
import { parametersOf } from "./_message_deflate.ts";
import { play } from "./_peer.ts";

const LOOPBACK = "127.0.0.1";

/** Echoes what the first client sends. */
async function serveOne(
  listener: WebSocketListener,
  isCompressed: boolean,
): Promise<unknown> {
  for await (const request of listener) {
    await using webSocket = await request.acceptMessageWebSocketAsync({
      maxMessageSize: MAX_MESSAGE_SIZE,
      compression: isCompressed ? { threshold: 0 } : false,
    });
    return await echo(webSocket);
  }
  throw new Error("No client has come");
}

/** What the server has answered, which must be right; null without an offer. */
function checkAnswer(
  answer: string | null,
  terms: DeflateTerms | undefined,
): string | null {
  assertEquals(
    answer === null ? null : parametersOf(answer),
    terms === undefined ? null : parametersOf(terms.libraryAnswer),
  );
  return answer;
}

async function testServer(exchange: Exchange): Promise<void> {
  const { deflate, ending } = exchange;
  using listener = new WebSocketListener();
  await listener.bindEndpointAsync(LOOPBACK, "");
  const served = serveOne(listener, deflate !== undefined);
  using peer = await shakeHandsRaw(
    listener.information.localPort,
    ...(deflate === undefined
      ? []
      : [`Sec-WebSocket-Extensions: ${deflate.offers}`]),
  );
  const answer = checkAnswer(peer.header("Sec-WebSocket-Extensions"), deflate);
  const code = await play(peer, exchange, { isServer: false, answer });
  assertTold(await served, ending, code);
}

for (const { id, behaviour, makeExchange } of AUTOBAHN_CASES) {
  Deno.test(`Autobahn ${id}: server ${behaviour}`, {
    permissions: { net: [LOOPBACK] },
  }, () => testServer(makeExchange()));
}
