import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  NativeDatagramSender,
  type NativeDatagramSocket,
  Segmentation,
} from "../../../sockets/_transport/native_datagram_sender.ts";
import type {
  DatagramRow,
  DatagramsSent,
  SegmentLimits,
} from "../../../sockets/winsock/_datagram_vector.ts";

const PURE = { permissions: "none" } as const;
const EIO = 5;
const EAGAIN = 11;
const EINVAL = 22;
const EMSGSIZE = 90;
const ENOPROTOOPT = 92;
const ECONNREFUSED = 111;

/** A socket that fails with these errors in turn, and then sends all. */
class FakeSocket implements NativeDatagramSocket {
  readonly limits: SegmentLimits[] = [];
  readonly noted: number[] = [];
  readonly failure: Error = new Error("refused");
  waits = 0;
  readonly #errnos: number[];
  readonly #run: (limits: SegmentLimits) => number;

  constructor(errnos: number[], run?: (limits: SegmentLimits) => number) {
    this.#errnos = errnos;
    this.#run = run ?? ((limits) => limits.size < 1200 ? 1 : limits.count);
  }

  send({ lengths, first }: DatagramRow, limits: SegmentLimits): DatagramsSent {
    this.limits.push(limits);
    const errno = this.#errnos.shift() ?? 0;
    const firstRun = Math.min(this.#run(limits), lengths.length - first);
    return { count: errno === 0 ? lengths.length - first : 0, errno, firstRun };
  }

  writable(): Promise<void> {
    this.waits++;
    return Promise.resolve();
  }

  note(errno: number): void {
    this.noted.push(errno);
  }

  explain(): Error {
    return this.failure;
  }
}

function rowOf(length: number, count: number): DatagramRow {
  const lengths = Array(count).fill(length);
  return { bytes: new Uint8Array(0), offset: 0, lengths, first: 0 };
}

async function send(
  socket: FakeSocket,
  segmentation: Segmentation,
  row: DatagramRow = rowOf(1200, 100),
): Promise<unknown> {
  return await new NativeDatagramSender(socket, segmentation).send(row);
}

for (const errno of [EIO, ENOPROTOOPT]) {
  Deno.test(
    `NativeDatagramSender cuts no more after error ${errno}, and remembers it`,
    PURE,
    async () => {
      const socket = new FakeSocket([errno]);
      const segmentation = new Segmentation();
      assertEquals(await send(socket, segmentation), {
        count: 100,
        error: null,
      });
      assertEquals(socket.limits.map(({ count }) => count), [128, 1]);
      const next = new FakeSocket([]);
      await send(next, segmentation);
      assertEquals(next.limits.map(({ count }) => count), [1]);
    },
  );
}

Deno.test(
  "NativeDatagramSender tries half as many segments where the kernel takes fewer",
  PURE,
  async () => {
    const socket = new FakeSocket([EINVAL]);
    const segmentation = new Segmentation();
    assertEquals(await send(socket, segmentation), { count: 100, error: null });
    assertEquals(socket.limits.map(({ count }) => count), [128, 64]);
    assertEquals(segmentation.count, 64);
  },
);

for (const errno of [EINVAL, EMSGSIZE]) {
  Deno.test(
    `NativeDatagramSender does not cut what is too long for the path, by error ${errno}`,
    PURE,
    async () => {
      const segmentation = new Segmentation();
      const socket = new FakeSocket([errno]);
      const row = rowOf(1200, 10);
      const sender = new NativeDatagramSender(socket, segmentation);
      assertEquals(await sender.send(row), { count: 10, error: null });
      assertEquals(socket.limits, [
        { count: 128, size: Infinity },
        { count: 128, size: 1199 },
      ]);
      // For this destination alone.
      assertEquals(segmentation.count, 128);
    },
  );
}

Deno.test(
  "NativeDatagramSender cuts no more where even short datagrams are not cut",
  PURE,
  async () => {
    const segmentation = new Segmentation();
    const socket = new FakeSocket([EINVAL], ({ count }) => count);
    await send(socket, segmentation, rowOf(64, 10));
    assertEquals(segmentation.count, 1);
  },
);

Deno.test(
  "NativeDatagramSender tells why a single datagram cannot be sent",
  PURE,
  async () => {
    const socket = new FakeSocket([EMSGSIZE]);
    const sent = await send(socket, new Segmentation(), rowOf(60_000, 1));
    assertEquals(sent, { count: 0, error: socket.failure });
    assertStrictEquals(socket.limits.length, 1);
  },
);

Deno.test(
  "NativeDatagramSender notes the error of an earlier datagram, and sends",
  PURE,
  async () => {
    const socket = new FakeSocket([ECONNREFUSED, ECONNREFUSED]);
    assertEquals(await send(socket, new Segmentation()), {
      count: 100,
      error: null,
    });
    assertEquals(socket.noted, [ECONNREFUSED, ECONNREFUSED]);
  },
);

Deno.test(
  "NativeDatagramSender waits while the socket is full",
  PURE,
  async () => {
    const socket = new FakeSocket([EAGAIN, EAGAIN]);
    assertEquals(await send(socket, new Segmentation()), {
      count: 100,
      error: null,
    });
    assertEquals(socket.waits, 2);
  },
);
