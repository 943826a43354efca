import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  InvalidOperationError,
  SocketActivityInformation,
  SocketActivityKind,
  StreamSocket,
} from "../../../mod.ts";
import {
  heldSockets,
  transferSocket,
} from "../../../sockets/_broker/broker_client.ts";
import { newRecord, TestBroker } from "../_broker/_broker_process.ts";
import {
  close,
  openDatagram,
  openStream,
  PASSING,
} from "../_broker/_sockets.ts";

Deno.test(
  "SocketActivityInformation.allSockets has what the broker holds",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    assertEquals(SocketActivityInformation.allSockets.size, 0);
    const { descriptor } = openDatagram();
    const kind = SocketActivityKind.datagramSocket;
    transferSocket(newRecord("a", { kind }), [descriptor]);
    transferSocket(
      newRecord("b", { kind, context: Uint8Array.of(1) }),
      [descriptor],
    );
    close(descriptor);
    const { allSockets } = SocketActivityInformation;
    assertEquals([...allSockets.keys()], ["a", "b"]);
    const [a, b] = allSockets.values();
    assertEquals(a?.id, "a");
    assertEquals(a?.socketKind, kind);
    assertEquals(a?.taskId, null);
    assertEquals(a?.context, null);
    assertEquals(b?.context?.data, Uint8Array.of(1));
    assertThrows(
      () => a?.streamSocket,
      InvalidOperationError,
      "a socket of another kind",
    );
    assertThrows(() => a?.streamSocketListener, InvalidOperationError, "kind");
    assertEquals(heldSockets().length, 2);
    b?.datagramSocket.close();
    assertEquals(heldSockets().map(({ id }) => id), ["a"]);
  },
);

Deno.test(
  "SocketActivityInformation.streamSocket takes the socket, and its context",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    const { descriptor, peer } = await openStream();
    const context = Uint8Array.of(1, 2);
    transferSocket(newRecord("a", { context }), [descriptor]);
    close(descriptor);
    const information = SocketActivityInformation.allSockets.get("a");
    const other = SocketActivityInformation.allSockets.get("a");
    const socket = information?.streamSocket;
    assertEquals(socket instanceof StreamSocket, true);
    assertStrictEquals(information?.streamSocket, socket);
    assertEquals(information?.context?.data, context);
    for (const call of [() => other?.streamSocket, () => other?.context]) {
      assertThrows(call, InvalidOperationError, "holds no such socket");
    }
    await socket?.[Symbol.asyncDispose]();
    peer.close();
  },
);
