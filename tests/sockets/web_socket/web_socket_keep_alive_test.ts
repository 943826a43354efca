import { assertEquals } from "@std/assert";
import { WebSocketKeepAlive } from "../../../mod.ts";
import { listen, nextRequest, ON_LOOPBACK } from "./_client_listener.ts";
import { closeWithPeer, openWithPeer } from "./_client_raw.ts";
import { FakeClock } from "./_connection/_fake_clock.ts";
import { BINARY, PONG, shakeHandsRaw } from "./_raw_peer.ts";

Deno.test(
  "WebSocketKeepAlive.run() sends a pong without a payload on each WebSocket of a client that is open",
  ON_LOOPBACK,
  async () => {
    const opened = await Promise.all([openWithPeer(), openWithPeer()]);
    const closed = await openWithPeer();
    await closeWithPeer(closed.webSocket, closed.peer);
    assertEquals(new WebSocketKeepAlive().run(null), undefined);
    for (const { webSocket, peer } of opened) {
      assertEquals(await peer.readFrame(), {
        firstByte: PONG,
        isMasked: true,
        payload: new Uint8Array(0),
      });
      await webSocket.outputStream.writeAsync(new Uint8Array([1]));
      assertEquals((await peer.readFrame())?.firstByte, BINARY);
      await closeWithPeer(webSocket, peer);
    }
  },
);

Deno.test(
  "WebSocketKeepAlive.run() sends nothing behind a close frame",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    webSocket.close(1000, "done");
    new WebSocketKeepAlive().run();
    assertEquals(await peer.readClose(), [1000, "done"]);
    new WebSocketKeepAlive().run();
    await peer.sendClose(1000);
    await peer.conn.closeWrite();
    assertEquals(await peer.readFrame(), null);
    peer[Symbol.dispose]();
    await webSocket[Symbol.asyncDispose]();
  },
);

Deno.test(
  "WebSocketKeepAlive.run() sends nothing for WebSockets of servers",
  ON_LOOPBACK,
  async () => {
    using listener = await listen();
    const requested = nextRequest(listener);
    const shaken = shakeHandsRaw(listener.information.localPort);
    const server = await (await requested).acceptStreamWebSocketAsync();
    using peer = await shaken;
    new WebSocketKeepAlive().run();
    await server.outputStream.writeAsync(new Uint8Array([1]));
    assertEquals((await peer.readFrame())?.firstByte, BINARY);
    await closeWithPeer(server, peer);
  },
);

Deno.test(
  "WebSocketControl.desiredUnsolicitedPongInterval has a pong sent as often as the actual interval tells, until the end",
  ON_LOOPBACK,
  async () => {
    using clock = new FakeClock();
    const { webSocket, peer } = await openWithPeer(({ control }) => {
      control.desiredUnsolicitedPongInterval = 1;
      assertEquals(control.actualUnsolicitedPongInterval, 15_000);
    });
    clock.pass(14_999);
    await webSocket.outputStream.writeAsync(new Uint8Array([1]));
    clock.pass(1);
    assertEquals((await peer.readFrame())?.firstByte, BINARY);
    assertEquals((await peer.readFrame())?.firstByte, PONG);
    clock.pass(15_000);
    assertEquals((await peer.readFrame())?.firstByte, PONG);
    await closeWithPeer(webSocket, peer);
    assertEquals(clock.timerCount, 0);
  },
);

Deno.test(
  "WebSocketControl.desiredUnsolicitedPongInterval has no pong sent when it is 0",
  ON_LOOPBACK,
  async () => {
    using clock = new FakeClock();
    const { webSocket, peer } = await openWithPeer(({ control }) => {
      control.desiredUnsolicitedPongInterval = 0;
    });
    clock.pass(1_000_000);
    assertEquals(clock.timerCount, 0);
    await webSocket.outputStream.writeAsync(new Uint8Array([1]));
    assertEquals((await peer.readFrame())?.firstByte, BINARY);
    await closeWithPeer(webSocket, peer);
  },
);
