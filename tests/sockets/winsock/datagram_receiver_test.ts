import { assertEquals, assertGreater } from "@std/assert";
import fc from "fast-check";
import {
  DatagramReceiver,
  type ReceivedDatagram,
} from "../../../sockets/winsock/_datagram_receiver.ts";
import { sendDatagrams } from "../../../sockets/winsock/_datagram_vector.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import {
  AF_INET,
  AF_INET6,
  decodeAddress,
  encodeAddress,
  SOCKADDR_STORAGE_SIZE,
} from "../../../sockets/winsock/_socket_address.ts";
import {
  setSocketOption,
  SocketOptions,
} from "../../../sockets/winsock/_socket_options.ts";

const options = {
  ignore: libc === null,
  permissions: { ffi: "inherit" },
} satisfies Omit<Deno.TestDefinition, "name" | "fn">;

/** Linux, `bits/socket_type.h`: `SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK`. */
const SOCKET_TYPE = 0x80802;
const EBADF = 9;
const EAGAIN = 11;
/** As many as fit into the buffer of a socket, whatever their sizes. */
const ROOM = 64 * 1024;

/** A socket of the kernel, closed at the end. */
class KernelSocket implements Disposable {
  readonly descriptor: number;
  readonly #libc: NonNullable<typeof libc>;

  /** @param joins Whether the kernel may join what arrives (UDP_GRO). */
  constructor(hostname: string = "127.0.0.1", joins: boolean = false) {
    if (libc === null) throw new Error("There are no native calls");
    this.#libc = libc;
    const family = hostname.includes(":") ? AF_INET6 : AF_INET;
    this.descriptor = libc.call.socket(family, SOCKET_TYPE, 0);
    const { UDP_GRO } = SocketOptions;
    if (joins) setSocketOption(this.descriptor, UDP_GRO, 1);
    const address = encodeAddress({ hostname, port: 0 }, family);
    assertEquals(
      libc.call.bind(this.descriptor, address, address.length),
      0,
    );
  }

  get port(): number {
    const raw = new Uint8Array(SOCKADDR_STORAGE_SIZE);
    const length = new Uint8Array(Uint32Array.of(raw.length).buffer);
    this.#libc.call.getsockname(this.descriptor, raw, length);
    return decodeAddress(raw).port;
  }

  /** Sends, those of one size by segmentation. */
  send(datagrams: readonly Uint8Array[], hostname: string, port: number): void {
    const lengths = datagrams.map(({ length }) => length);
    const size = lengths.reduce((sum, length) => sum + length, 0);
    const bytes = new Uint8Array(Math.max(size, 128));
    let offset = 0;
    for (const datagram of datagrams) {
      bytes.set(datagram, offset);
      offset += datagram.length;
    }
    const to = encodeAddress(
      { hostname, port },
      hostname.includes(":") ? AF_INET6 : AF_INET,
    );
    let first = 0;
    let start = 0;
    while (first < lengths.length) {
      const { count } = sendDatagrams(
        this.#libc,
        this.descriptor,
        { bytes, offset: start, lengths, first },
        to,
        { count: 64, size: 1400 },
      );
      assertGreater(count, 0);
      for (let i = 0; i < count; i++) start += lengths[first++] ?? 0;
    }
  }

  [Symbol.dispose](): void {
    this.#libc.call.close(this.descriptor);
  }
}

function receiver(): DatagramReceiver {
  if (libc === null) throw new Error("There are no native calls");
  return new DatagramReceiver(libc);
}

/** All that waits in a socket; loopback has delivered what was sent. */
function receiveAll(
  from: DatagramReceiver,
  { descriptor }: KernelSocket,
  hostname: string = "127.0.0.1",
): readonly ReceivedDatagram[] {
  const all: ReceivedDatagram[] = [];
  for (;;) {
    const received = from.receive(descriptor, hostname);
    if (typeof received !== "number") all.push(...received);
    else if (received === EAGAIN) return all;
    else throw new Error(`recvmmsg has failed with ${received}`);
  }
}

function datagramsOf(sizes: readonly number[]): readonly Uint8Array[] {
  return sizes.map((size, number) =>
    Uint8Array.from({ length: size }, (_, i) => number * 31 + i)
  );
}

for (const joins of [false, true]) {
  const how = joins ? "joined by the kernel" : "one by one";

  for (
    const [what, sizes] of [
      ["one", [10]],
      ["many of one size", Array(40).fill(1200)],
      ["a shorter last one", [...Array(20).fill(900), 899]],
      ["a change of sizes", [...Array(9).fill(500), ...Array(9).fill(501)]],
      ["nothing between others", [300, 0, 300, 300, 0, 0, 300]],
      ["nothing alone", [0]],
      ["the longest", [65_507]],
      ["more than a call takes", Array(70).fill(40)],
    ] as const
  ) {
    Deno.test(
      `DatagramReceiver.receive() (${how}) takes ${what}`,
      options,
      () => {
        using from = new KernelSocket();
        using to = new KernelSocket("127.0.0.1", joins);
        const datagrams = datagramsOf(sizes);
        from.send(datagrams, "127.0.0.1", to.port);
        const received = receiveAll(receiver(), to);
        assertEquals(received.map(({ bytes }) => bytes), datagrams);
        const remote = { hostname: "127.0.0.1", port: from.port };
        for (const each of received) assertEquals(each.remote, remote);
      },
    );
  }

  Deno.test(
    `DatagramReceiver.receive() (${how}) keeps what it gave out, whatever comes later`,
    options,
    () => {
      using from = new KernelSocket();
      using to = new KernelSocket("127.0.0.1", joins);
      const shared = receiver();
      const kept: Uint8Array[] = [];
      const expected: Uint8Array[] = [];
      for (let round = 0; round < 300; round++) {
        const datagrams = datagramsOf(Array(16).fill(1 + round % 1000));
        from.send(datagrams, "127.0.0.1", to.port);
        const received = receiveAll(shared, to);
        kept.push(...received.map(({ bytes }) => bytes));
        expected.push(...datagrams);
      }
      assertEquals(kept, expected);
    },
  );

  Deno.test(
    `DatagramReceiver.receive() (${how}) takes any sizes as they were sent`,
    options,
    () => {
      using from = new KernelSocket();
      using to = new KernelSocket("127.0.0.1", joins);
      const shared = receiver();
      const size = fc.oneof(
        fc.constantFrom(0, 1, 100, 1200, 1400),
        fc.integer({ min: 0, max: 2000 }),
      );
      const batch = fc.array(size, { minLength: 1, maxLength: 40 });
      fc.assert(fc.property(batch, (sizes) => {
        const fitting = sizes.filter((_, i) => i * 2000 < ROOM);
        const datagrams = datagramsOf(fitting);
        from.send(datagrams, "127.0.0.1", to.port);
        const received = receiveAll(shared, to);
        assertEquals(received.map(({ bytes }) => bytes), datagrams);
      }));
    },
  );
}

Deno.test(
  "DatagramReceiver.receive() tells which address was sent to, of several sockets in turn",
  options,
  () => {
    using from = new KernelSocket();
    using from6 = new KernelSocket("::1");
    using ipv4 = new KernelSocket("0.0.0.0");
    using both = new KernelSocket("::");
    using bound = new KernelSocket();
    const { IP_PKTINFO, IPV6_RECVPKTINFO } = SocketOptions;
    setSocketOption(ipv4.descriptor, IP_PKTINFO, 1);
    setSocketOption(both.descriptor, IPV6_RECVPKTINFO, 1);
    const shared = receiver();
    for (let round = 0; round < 3; round++) {
      for (const hostname of ["127.0.0.1", "127.0.0.2"]) {
        for (const to of [ipv4, both]) {
          from.send(datagramsOf([3]), hostname, to.port);
          const [received] = receiveAll(shared, to, "any");
          assertEquals(received?.localHostname, hostname);
          assertEquals(received?.remote.hostname, "127.0.0.1");
        }
      }
      from6.send(datagramsOf([3]), "::1", both.port);
      const [received] = receiveAll(shared, both, "any");
      assertEquals(received?.localHostname, "::1");
      assertEquals(received?.remote, { hostname: "::1", port: from6.port });

      from.send(datagramsOf([3]), "127.0.0.1", bound.port);
      const [other] = receiveAll(shared, bound, "what it is bound to");
      assertEquals(other?.localHostname, "what it is bound to");
    }
  },
);

Deno.test(
  "DatagramReceiver.receive() returns the error number where nothing can be received",
  options,
  () => {
    using socket = new KernelSocket();
    const shared = receiver();
    assertEquals(shared.receive(socket.descriptor, ""), EAGAIN);
    assertEquals(shared.receive(-1, ""), EBADF);
  },
);
