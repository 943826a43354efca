import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ArgumentError,
  DataWriter,
  InvalidOperationError,
  MessageWebSocket,
  MessageWebSocketReceiveMode,
  SocketMessageType,
  WebSocketError,
} from "../../../mod.ts";
import { concat, outcome } from "../streams/_fakes.ts";
import { closeAll, ON_LOOPBACK, openPair } from "./_client_listener.ts";
import { acceptHead, closeWithPeer, openWithPeer } from "./_client_raw.ts";
import {
  BINARY,
  BINARY_START,
  LAST,
  MORE,
  type RawPeer,
  RawServer,
  TEXT,
  TEXT_START,
} from "./_raw_peer.ts";

const NO_PERMISSION = { permissions: "none" } as const;

/** The next frames, as their first bytes and payloads. */
async function readFrames(
  peer: RawPeer,
  count: number,
): Promise<[firstByte: number | undefined, payload: number[]][]> {
  const frames: [number | undefined, number[]][] = [];
  for (let i = 0; i < count; i++) {
    const frame = await peer.readFrame();
    frames.push([frame?.firstByte, [...frame?.payload ?? []]]);
  }
  return frames;
}

/** Throws unless handlers of messages can be neither added nor removed. */
function assertHandlersAreFixed(webSocket: MessageWebSocket): void {
  const handler = (): void => {};
  for (
    const change of [
      () => webSocket.addEventListener("messagereceived", handler),
      () => webSocket.removeEventListener("messagereceived", handler),
      () => void (webSocket.onmessagereceived = handler),
    ]
  ) {
    assertThrows(
      change,
      InvalidOperationError,
      "Cannot change the handlers of messagereceived: connectAsync was called",
    );
  }
}

/** Throws unless all that needs a connection fails so. */
async function assertUnusable(
  webSocket: MessageWebSocket,
  name: string,
): Promise<void> {
  const data = new Uint8Array(1);
  for (
    const use of [
      () => webSocket.sendFinalFrameAsync(data),
      () => webSocket.sendNonfinalFrameAsync(data),
      () => webSocket.pingAsync(),
      () => Promise.try(() => webSocket.outputStream),
      () => Promise.try(() => webSocket[Symbol.asyncIterator]()),
    ]
  ) {
    const error = await assertRejects(use, Error, "Cannot use the WebSocket");
    assertEquals(error.name, name);
  }
}

Deno.test("MessageWebSocket has the defaults of WinRT", NO_PERMISSION, () => {
  using webSocket = new MessageWebSocket();
  const { control, information } = webSocket;
  assertEquals(control.messageType, SocketMessageType.binary);
  assertEquals(control.receiveMode, MessageWebSocketReceiveMode.fullMessage);
  assertEquals(control.maxMessageSize, 64 * 1024 * 1024);
  assertEquals(information.protocol, null);
  assertEquals(information.localAddress, null);
  assertEquals(webSocket.onmessagereceived, null);
  assertEquals(webSocket.onclosed, null);
  assertEquals(webSocket.onservercustomvalidationrequested, null);
  assertStrictEquals(webSocket.control, control);
  assertStrictEquals(webSocket.information, information);
});

Deno.test(
  "MessageWebSocket sends and receives nothing before connectAsync() and after close()",
  NO_PERMISSION,
  async () => {
    const webSocket = new MessageWebSocket();
    await assertUnusable(webSocket, "InvalidOperationError");
    webSocket.close();
    await assertUnusable(webSocket, "ClosedError");
  },
);

Deno.test(
  "MessageWebSocket fixes the handlers of messagereceived at connectAsync(), also once it is closed",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const connected = webSocket.connectAsync(server.url);
    assertHandlersAreFixed(webSocket);
    using peer = await server.accept();
    await connected;
    assertHandlersAreFixed(webSocket);
    const types: string[] = [];
    webSocket.addEventListener("closed", ({ type }) => types.push(type));
    await closeWithPeer(webSocket, peer);
    assertHandlersAreFixed(webSocket);
    assertEquals(types, ["closed"]);
  },
);

Deno.test(
  "MessageWebSocket.onmessagereceived stays what it was when it cannot be set",
  ON_LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    assertHandlersAreFixed(client);
    assertEquals(client.onmessagereceived, null);
    await closeAll(client, server);
  },
);

Deno.test(
  "ClientWebSocket takes no handler of servercustomvalidationrequested that would come too late",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const early = (): void => {};
    const type = "servercustomvalidationrequested";
    webSocket.addEventListener(type, early);
    const connected = webSocket.connectAsync(server.url);
    assertThrows(
      () => webSocket.onservercustomvalidationrequested = (e) => e.reject(),
      InvalidOperationError,
      `Cannot change the handlers of ${type}: connectAsync was called`,
    );
    assertEquals(webSocket.onservercustomvalidationrequested, null);
    webSocket.removeEventListener(type, early);
    using peer = await server.accept();
    await connected;
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "MessageWebSocket takes handlers of messagereceived again after a failed connectAsync()",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const seen: string[] = [];
    const first = (): void => void seen.push("first");
    webSocket.addEventListener("messagereceived", first);
    const failed = outcome(webSocket.connectAsync(server.url));
    using peer = await server.next();
    await peer.write("HTTP/1.1 500 Sorry\r\n\r\n");
    assertInstanceOf(await failed, WebSocketError);
    webSocket.removeEventListener("messagereceived", first);
    const received = new Promise<void>((resolve) => {
      webSocket.onmessagereceived = () => {
        seen.push("second");
        resolve();
      };
    });
    const connected = webSocket.connectAsync(server.url);
    using other = await server.accept();
    await connected;
    await other.send(TEXT, "hello");
    await received;
    assertEquals(seen, ["second"]);
    await closeWithPeer(webSocket, other);
  },
);

Deno.test(
  "MessageWebSocket calls handlers of messagereceived for what comes with the answer of the server",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const text = new Promise<string>((resolve) => {
      webSocket.onmessagereceived = (event) => {
        const reader = event.getDataReader();
        resolve(reader.readString(reader.unconsumedBufferLength));
      };
    });
    const connected = webSocket.connectAsync(server.url);
    using peer = await server.next();
    const head = new TextEncoder().encode(acceptHead(peer));
    await peer.write(concat([head, peer.frame(TEXT, "hello")]));
    await connected;
    assertEquals(await text, "hello");
    await closeWithPeer(webSocket, peer);
  },
);

for (
  const method of ["sendFinalFrameAsync", "sendNonfinalFrameAsync"] as const
) {
  Deno.test(
    `MessageWebSocket.${method}() takes nothing but bytes, and begins no message otherwise`,
    ON_LOOPBACK,
    async () => {
      const { webSocket, peer } = await openWithPeer();
      const transferred = new Uint8Array(4);
      structuredClone(transferred, { transfer: [transferred.buffer] });
      for (const data of ["text", null, undefined, [1], new ArrayBuffer(1)]) {
        await assertRejects(
          // @ts-expect-error: what plain JavaScript may pass
          () => webSocket[method](data),
          ArgumentError,
          "it must be a Uint8Array",
        );
      }
      await assertRejects(
        () => webSocket[method](transferred),
        ArgumentError,
        "Cannot send the bytes: their buffer was transferred",
      );
      await webSocket.outputStream.writeAsync(new Uint8Array([7]));
      assertEquals(await readFrames(peer, 1), [[BINARY, [7]]]);
      await closeWithPeer(webSocket, peer);
    },
  );
}

Deno.test(
  "MessageWebSocket.sendFinalFrameAsync() sends a message of one frame, of the bytes of a view alone",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const bytes = new Uint8Array([1, 2, 3, 4]);
    assertEquals(await webSocket.sendFinalFrameAsync(bytes.subarray(1, 3)), 2);
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    assertEquals(await webSocket.sendFinalFrameAsync(shared), 3);
    assertEquals(await webSocket.sendFinalFrameAsync(new Uint8Array(0)), 0);
    webSocket.control.messageType = SocketMessageType.utf8;
    assertEquals(await webSocket.sendFinalFrameAsync(bytes), 4);
    assertEquals(await readFrames(peer, 4), [
      [BINARY, [2, 3]],
      [BINARY, [0, 0, 0]],
      [BINARY, []],
      [TEXT, [1, 2, 3, 4]],
    ]);
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "MessageWebSocket.sendNonfinalFrameAsync() begins a message of the type that is set then",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer(({ control }) => {
      control.messageType = SocketMessageType.utf8;
    });
    const { control } = webSocket;
    assertEquals(
      await webSocket.sendNonfinalFrameAsync(new Uint8Array([65])),
      1,
    );
    control.messageType = SocketMessageType.binary;
    webSocket.sendNonfinalFrameAsync(new Uint8Array(0));
    webSocket.sendFinalFrameAsync(new Uint8Array([66]));
    webSocket.sendNonfinalFrameAsync(new Uint8Array([67]));
    webSocket.sendFinalFrameAsync(new Uint8Array(0));
    await webSocket.outputStream.writeAsync(new Uint8Array([68]));
    assertEquals(await readFrames(peer, 6), [
      [TEXT_START, [65]],
      [MORE, []],
      [LAST, [66]],
      [BINARY_START, [67]],
      [LAST, []],
      [BINARY, [68]],
    ]);
    await closeWithPeer(webSocket, peer);
  },
);

Deno.test(
  "MessageWebSocket.outputStream refuses messages in the middle of a fragmented one, which goes on",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const { outputStream } = webSocket;
    const writer = new DataWriter(outputStream);
    await webSocket.sendNonfinalFrameAsync(new Uint8Array([1]));
    writer.writeByte(9);
    for (
      const send of [
        () => outputStream.writeAsync(new Uint8Array([9])),
        () => writer.storeAsync(),
      ]
    ) {
      await assertRejects(
        send,
        InvalidOperationError,
        "Cannot send a message: the one that sendNonfinalFrameAsync has begun is not complete",
      );
    }
    await webSocket.sendFinalFrameAsync(new Uint8Array([2]));
    await outputStream.writeAsync(new Uint8Array([3]));
    assertEquals(await readFrames(peer, 3), [
      [BINARY_START, [1]],
      [LAST, [2]],
      [BINARY, [3]],
    ]);
    await closeWithPeer(webSocket, peer);
  },
);
