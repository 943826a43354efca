import {
  assertEquals,
  assertGreater,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ClientWebSocketInformation,
  MessageWebSocket,
  MessageWebSocketInformation,
  ServerMessageWebSocketInformation,
  SocketSslErrorSeverity,
  StreamWebSocket,
  StreamWebSocketInformation,
  WebSocketInformation,
} from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import { outcome } from "../streams/_fakes.ts";
import { closeAll, ON_LOOPBACK, openPair } from "./_client_listener.ts";
import { closeWithPeer, openWithPeer } from "./_client_raw.ts";
import { RawServer } from "./_raw_peer.ts";

Deno.test(
  "WebSocketInformation knows nothing before connectAsync()",
  { permissions: "none" },
  () => {
    for (const Class of [MessageWebSocket, StreamWebSocket]) {
      using webSocket = new Class();
      const { information } = webSocket;
      assertEquals(information.localAddress, null);
      assertEquals(information.protocol, null);
      assertEquals(information.serverCertificate, null);
      assertEquals(information.serverCertificateErrors, []);
      assertEquals(
        information.serverCertificateErrorSeverity,
        SocketSslErrorSeverity.none,
      );
      assertEquals(information.serverIntermediateCertificates, []);
      const { bandwidthStatistics, socketInformation } = information;
      assertEquals(bandwidthStatistics.outboundBitsPerSecond, 0);
      assertEquals(bandwidthStatistics.inboundBitsPerSecond, 0);
      assertEquals(socketInformation.remoteAddress, null);
      assertEquals(socketInformation.remotePort, "");
      assertStrictEquals(information.socketInformation, socketInformation);
    }
  },
);

Deno.test(
  "WebSocketInformation tells of the connection while it is open and afterwards, on both sides",
  ON_LOOPBACK,
  async () => {
    const { client, server } = await openPair();
    const assertTells = (): void => {
      const own = client.information;
      const other = server.information;
      assertEquals(own.localAddress?.canonicalName, "127.0.0.1");
      assertEquals(other.localAddress?.canonicalName, "127.0.0.1");
      assertEquals(own.protocol, "");
      assertEquals(other.protocol, "");
      assertEquals(
        own.socketInformation.localPort,
        other.socketInformation.remotePort,
      );
      assertEquals(
        own.socketInformation.remotePort,
        other.socketInformation.localPort,
      );
    };
    assertTells();
    await closeAll(client, server);
    assertTells();
  },
);

Deno.test(
  "WebSocketInformation.bandwidthStatistics are those of the connection under it, and zero after the close",
  {
    ignore: !hasNativeSockets(),
    permissions: { ffi: "inherit", net: ["127.0.0.1"] },
  },
  async () => {
    const { client, server } = await openPair();
    const message = server[Symbol.asyncIterator]().next();
    await client.outputStream.writeAsync(new Uint8Array(100_000));
    await message;
    assertGreater(
      client.information.bandwidthStatistics.outboundBitsPerSecond,
      0,
    );
    assertGreater(
      server.information.bandwidthStatistics.inboundBitsPerSecond,
      0,
    );
    await closeAll(client, server);
    for (const { information } of [client, server]) {
      const { bandwidthStatistics, socketInformation } = information;
      assertEquals(bandwidthStatistics.outboundBitsPerSecond, 0);
      assertEquals(bandwidthStatistics.inboundBitsPerSecond, 0);
      assertEquals(socketInformation.roundTripTimeStatistics.sum, 0);
    }
  },
);

Deno.test(
  "WebSocketInformation.protocol is null until the server has chosen, and stays so after a failure",
  ON_LOOPBACK,
  async () => {
    using server = new RawServer();
    const webSocket = new MessageWebSocket();
    const { control, information } = webSocket;
    control.supportedProtocols.push("chat");
    const failed = outcome(webSocket.connectAsync(server.url));
    using peer = await server.next();
    assertEquals(information.protocol, null);
    await peer.write(
      "HTTP/1.1 500 No\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
    );
    await failed;
    assertEquals(information.protocol, null);
    assertEquals(information.localAddress?.canonicalName, "127.0.0.1");
    const connected = webSocket.connectAsync(server.url);
    using other = await server.accept("Sec-WebSocket-Protocol: chat");
    await connected;
    assertEquals(information.protocol, "chat");
    await closeWithPeer(webSocket, other);
    assertEquals(information.protocol, "chat");
  },
);

Deno.test(
  "WebSocketInformation is that of one socket as long as there is no other",
  ON_LOOPBACK,
  async () => {
    const { webSocket, peer } = await openWithPeer();
    const { socketInformation } = webSocket.information;
    assertEquals(socketInformation.remoteHostName?.rawName, "127.0.0.1");
    await closeWithPeer(webSocket, peer);
    assertStrictEquals(
      webSocket.information.socketInformation,
      socketInformation,
    );
  },
);

Deno.test(
  "WebSocketInformation is the class of what all WebSockets tell",
  { permissions: "none" },
  () => {
    const source = { socket: null, protocol: "chat" };
    for (
      const Class of [
        MessageWebSocketInformation,
        ServerMessageWebSocketInformation,
        StreamWebSocketInformation,
      ]
    ) {
      const information = new Class(source);
      assertEquals(information instanceof WebSocketInformation, true);
      assertEquals(information.protocol, "chat");
      assertEquals(information.localAddress, null);
    }
    assertEquals(
      new StreamWebSocketInformation(source) instanceof
        ClientWebSocketInformation,
      true,
    );
    // @ts-expect-error: what plain JavaScript may pass
    assertThrows(() => new MessageWebSocketInformation().protocol, TypeError);
  },
);
