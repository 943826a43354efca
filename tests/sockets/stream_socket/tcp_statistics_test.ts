import fc from "fast-check";
import {
  assert,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
} from "@std/assert";
import {
  SocketProtectionLevel,
  StreamSocket,
  type StreamSocketInformation,
} from "../../../mod.ts";
import {
  hasNativeSockets,
  type TcpInfo,
} from "../../../sockets/_transport/native_socket.ts";
import {
  NO_BANDWIDTH,
  NO_ROUND_TRIP_TIMES,
  TcpStatistics,
  toBandwidth,
} from "../../../sockets/stream_socket/_tcp_statistics.ts";
import { goodIdentities } from "../certificates/_identities.ts";
import { closeAll, openPair } from "./_echo.ts";
import { SecureEcho } from "./_secure_echo.ts";

const onLoopback = {
  ignore: !hasNativeSockets(),
  permissions: { ffi: "inherit", net: ["127.0.0.1"] },
} satisfies Omit<Deno.TestDefinition, "fn" | "name">;

/** A connection that nothing is known of. */
const NOTHING: TcpInfo = {
  roundTripTime: 0,
  roundTripTimeVariance: 0,
  minRoundTripTime: 0,
  receiverRoundTripTime: 0,
  receiverSpace: 0,
  deliveryRate: 0,
  isApplicationLimited: false,
};

function assertNoStatistics(information: StreamSocketInformation): void {
  assertEquals(information.roundTripTimeStatistics, NO_ROUND_TRIP_TIMES);
  assertEquals(information.bandwidthStatistics, NO_BANDWIDTH);
}

/** Asserts what holds of every connection that has sent and received. */
function assertStatistics(information: StreamSocketInformation): void {
  const { variance, max, min, sum } = information.roundTripTimeStatistics;
  assertGreaterOrEqual(variance, 0);
  assertGreater(min, 0);
  assertGreaterOrEqual(sum, min);
  assertGreaterOrEqual(max, sum);
  const bandwidth = information.bandwidthStatistics;
  assertGreater(bandwidth.outboundBitsPerSecond, 0);
  assertGreater(bandwidth.inboundBitsPerSecond, 0);
  for (const value of Object.values(bandwidth).map(Number)) {
    assert(Number.isInteger(value) && value >= 0);
  }
}

/** Sends so many bytes, which the peer sends back. */
async function echo(socket: StreamSocket, size: number): Promise<void> {
  const written = socket.outputStream.writeAsync(new Uint8Array(size));
  let left = size;
  while (left > 0) {
    const bytes = await socket.inputStream.readAsync(new Uint8Array(left));
    left -= bytes.length;
  }
  await written;
}

Deno.test(
  "toBandwidth() has nothing to tell of a connection that has sent and received nothing",
  { permissions: "none" },
  () => {
    assertEquals(toBandwidth(NOTHING), NO_BANDWIDTH);
    const handshake = { roundTripTime: 40_000, roundTripTimeVariance: 20_000 };
    const limited = { ...handshake, isApplicationLimited: true };
    for (const info of [handshake, limited, { receiverSpace: 14_480 }]) {
      assertEquals(toBandwidth({ ...NOTHING, ...info }), NO_BANDWIDTH);
    }
  },
);

Deno.test("toBandwidth() makes bits per second of what the system tells", {
  permissions: "none",
}, () => {
  const info = {
    roundTripTime: 40_000,
    roundTripTimeVariance: 4_000,
    minRoundTripTime: 39_000,
    receiverRoundTripTime: 50_000,
    receiverSpace: 100_000,
    deliveryRate: 1_000_000,
    isApplicationLimited: false,
  };
  assertEquals(toBandwidth(info), {
    outboundBitsPerSecond: 8_000_000,
    inboundBitsPerSecond: 16_000_000,
    outboundBitsPerSecondInstability: 800_000,
    inboundBitsPerSecondInstability: 0,
    outboundBandwidthPeaked: true,
    inboundBandwidthPeaked: false,
  });
  const limited = toBandwidth({ ...info, isApplicationLimited: true });
  assertEquals(limited.outboundBandwidthPeaked, false);
  assertEquals(limited.outboundBitsPerSecond, 8_000_000);
});

Deno.test(
  "toBandwidth() gives whole numbers from 0 up, whatever the system tells",
  { permissions: "none" },
  () => {
    const u32 = fc.integer({ min: 0, max: 0xFFFFFFFF });
    fc.assert(fc.property(
      fc.record({
        roundTripTime: u32,
        roundTripTimeVariance: u32,
        minRoundTripTime: u32,
        receiverRoundTripTime: u32,
        receiverSpace: u32,
        deliveryRate: fc.nat({ max: 10 ** 12 }),
        isApplicationLimited: fc.boolean(),
      }),
      (info) => {
        const values = Object.values(toBandwidth(info)).map(Number);
        assert(values.every((value) => Number.isInteger(value) && value >= 0));
      },
    ));
  },
);

Deno.test(
  "StreamSocketInformation has statistics of a connection, and zeros before and after it",
  onLoopback,
  async () => {
    using unconnected = new StreamSocket();
    assertNoStatistics(unconnected.information);
    const { client, server } = await openPair();
    const echoed = server.inputStream.pipeTo(server.outputStream);
    assertEquals(client.information.bandwidthStatistics, NO_BANDWIDTH);
    await echo(client, 1_000_000);
    assertStatistics(client.information);
    assertStatistics(server.information);
    await client[Symbol.asyncDispose]();
    await echoed;
    await closeAll(server);
    assertNoStatistics(client.information);
    assertNoStatistics(server.information);
  },
);

Deno.test(
  "StreamSocketInformation has zeros if it is asked after the close alone",
  onLoopback,
  async () => {
    const { client, server } = await openPair();
    await closeAll(client, server);
    assertNoStatistics(client.information);
    assertNoStatistics(server.information);
  },
);

Deno.test(
  "StreamSocketInformation.roundTripTimeStatistics keeps the longest smoothed time that was read",
  onLoopback,
  async () => {
    const { client, server } = await openPair();
    const echoed = server.inputStream.pipeTo(server.outputStream);
    let longest = 0;
    for (let round = 0; round < 100; round++) {
      await echo(client, 1);
      const { max, sum } = client.information.roundTripTimeStatistics;
      longest = Math.max(longest, sum);
      assertEquals(max, longest);
    }
    await client[Symbol.asyncDispose]();
    await echoed;
    await closeAll(server);
  },
);

/** Both ways that the library has for TLS (see `collectTlsInformation`). */
for (const collects of [false, true]) {
  Deno.test(
    `StreamSocketInformation has the statistics of what is under TLS, with collectTlsInformation = ${collects}`,
    onLoopback,
    async () => {
      const { root, server: certificate } = await goodIdentities();
      await using server = await SecureEcho.start(certificate);
      const client = new StreamSocket();
      client.control.trustedRootCertificates.push(root);
      client.control.collectTlsInformation = collects;
      const { tls12 } = SocketProtectionLevel;
      await client.connectAsync("127.0.0.1", server.port, tls12);
      await echo(client, 1_000_000);
      const [accepted] = server.sockets;
      assertExists(accepted);
      assertStatistics(client.information);
      assertStatistics(accepted.information);
      await closeAll(client);
      assertNoStatistics(client.information);
    },
  );
}

Deno.test(
  "StreamSocketInformation goes on with the statistics when TLS begins",
  onLoopback,
  async () => {
    const { root, server: certificate } = await goodIdentities();
    const { client, server } = await openPair(({ control }) => {
      control.trustedRootCertificates.push(root);
    });
    const { max } = client.information.roundTripTimeStatistics;
    assertGreater(max, 0);
    await Promise.all([
      client.upgradeToSslAsync(SocketProtectionLevel.tls12, "localhost"),
      server.acceptSslAsync(certificate),
    ]);
    const after = client.information.roundTripTimeStatistics;
    assertGreaterOrEqual(after.max, max);
    assertGreater(after.sum, 0);
    await closeAll(client, server);
  },
);

Deno.test(
  "TcpStatistics looks again for a connection that was not found",
  onLoopback,
  async () => {
    const { client, server } = await openPair();
    const { localAddress, localPort, remoteAddress, remotePort } =
      client.information;
    assert(localAddress !== null && remoteAddress !== null);
    const local = {
      hostname: localAddress.canonicalName,
      port: Number(localPort),
    };
    const remote = {
      hostname: remoteAddress.canonicalName,
      port: Number(remotePort),
    };
    const transport = {
      localAddress: { ...local, port: 0 },
      remoteAddress: remote,
    };
    const statistics = new TcpStatistics(transport);
    assertEquals(statistics.bandwidth, null);
    transport.localAddress = local;
    assertExists(statistics.roundTripTimes);
    await closeAll(client, server);
  },
);
