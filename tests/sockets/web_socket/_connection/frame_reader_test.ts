import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { ByteReader } from "../../../../sockets/streams/_byte_reader.ts";
import type {
  DataReceiver,
  ReceivedPart,
} from "../../../../sockets/web_socket/_connection/data_receiver.ts";
import { FrameReader } from "../../../../sockets/web_socket/_connection/frame_reader.ts";
import { Inflater } from "../../../../sockets/web_socket/_connection/inflater.ts";
import { Opcode } from "../../../../sockets/web_socket/_codec/opcode.ts";
import { ProtocolFailure } from "../../../../sockets/web_socket/_codec/protocol_failure.ts";
import { SocketMessageType } from "../../../../sockets/web_socket/socket_message_type.ts";
import {
  bytesFrom,
  concat,
  FakeSource,
  isPending,
  turn,
} from "../../streams/_fakes.ts";
import { encodeFrame } from "../_codec/_frame_model.ts";
import {
  BINARY,
  CLOSE,
  closePayload,
  LAST,
  MORE,
  PING,
  PONG,
  RSV1,
  TEXT,
  TEXT_START,
} from "../_raw_peer.ts";
import { bytesOf } from "./_frames.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;

/** The bytes of a frame of a server. */
function frame(
  firstByte: number,
  payload: Uint8Array | string = "",
): Uint8Array {
  const bytes = typeof payload === "string" ? bytesOf(payload) : payload;
  return encodeFrame({ firstByte, payload: bytes, key: null });
}

class Fixture implements DataReceiver, Disposable {
  readonly source = new FakeSource();
  readonly byteReader = new ByteReader(this.source);
  readonly inflater = new Inflater({
    windowBits: 15,
    forgets: false,
    maxSize: Infinity,
  });
  readonly reader: FrameReader;
  /** What it was told, in order. */
  readonly log: string[] = [];
  readonly parts: ReceivedPart[] = [];
  room: Promise<void> | null = null;
  heard = 0;
  /** What a piece is refused with. */
  refusal: Error | null = null;
  confirmEnd: () => Promise<void> = () => Promise.resolve();
  /** Called with each control frame. */
  onControl: (opcode: Opcode) => void = () => {};

  constructor(isServer = false) {
    this.reader = new FrameReader({
      reader: this.byteReader,
      read: (buffer) => this.source.read(buffer),
      explainRead: (error) => new Error("explained", { cause: error }),
      confirmEnd: () => this.confirmEnd(),
    }, {
      receiver: this,
      onHeard: () => void this.heard++,
      onControl: (opcode, payload) => {
        this.log.push(`${opcode} ${new TextDecoder().decode(payload)}`);
        this.onControl(opcode);
      },
    }, { isServer, inflater: this.inflater });
  }

  receive(part: ReceivedPart): void {
    if (this.refusal !== null) throw this.refusal;
    this.parts.push({ ...part, bytes: part.bytes.slice() });
    this.log.push(
      new TextDecoder().decode(part.bytes) +
        (part.isMessageEnd ? "." : part.isFrameEnd ? "," : ""),
    );
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
  fail(): Promise<void> {
    return Promise.resolve();
  }
  discard(): void {}

  /** All bytes that it was given. */
  get bytes(): Uint8Array {
    return concat(this.parts.map(({ bytes }) => bytes));
  }

  [Symbol.dispose](): void {
    this.inflater.close();
  }
}

/** Reads blocks up to their end. */
async function readAll(
  fixture: Fixture,
  ...blocks: readonly Uint8Array[]
): Promise<boolean> {
  for (const block of blocks) fixture.source.giveBytes(block);
  fixture.source.end();
  return await fixture.reader.run();
}

async function assertFails(
  fixture: Fixture,
  closeCode: number,
  ...blocks: readonly Uint8Array[]
): Promise<void> {
  const error = await assertRejects(
    () => readAll(fixture, ...blocks),
    ProtocolFailure,
  );
  assertEquals(error.closeCode, closeCode);
}

Deno.test(
  "FrameReader.run() hands on messages and control frames, to the end",
  PURE,
  async () => {
    using fixture = new Fixture();
    const hasEnded = await readAll(
      fixture,
      concat([
        frame(TEXT, "one"),
        frame(PING, "p"),
        frame(TEXT_START, "t"),
        frame(MORE),
        frame(PONG, "q"),
      ]),
      concat([frame(LAST, "wo"), frame(BINARY)]),
    );
    assert(hasEnded);
    assertEquals(fixture.log, [
      "one.",
      `${Opcode.ping} p`,
      "t,",
      ",",
      `${Opcode.pong} q`,
      "wo.",
      ".",
    ]);
    assertEquals(fixture.heard, 2);
    const { utf8, binary } = SocketMessageType;
    assertEquals(fixture.parts.map(({ messageType }) => messageType), [
      utf8,
      utf8,
      utf8,
      utf8,
      binary,
    ]);
  },
);

Deno.test("FrameReader.run() unmasks what a client sends", PURE, async () => {
  using fixture = new Fixture(true);
  const key = new Uint8Array([1, 2, 3, 4]);
  await readAll(
    fixture,
    encodeFrame({ firstByte: TEXT, payload: bytesOf("Hello"), key }),
  );
  assertEquals(fixture.log, ["Hello."]);
});

Deno.test(
  "FrameReader.run() tells how much of a frame has not come yet",
  PURE,
  async () => {
    using fixture = new Fixture();
    const bytes = frame(TEXT, "abcdef");
    await readAll(
      fixture,
      bytes.subarray(0, 2),
      bytes.subarray(2, 5),
      bytes.subarray(5),
    );
    const told = fixture.parts.map((
      { bytes, announced, isFrameEnd, isMessageEnd },
    ) => [bytes.length, announced, isFrameEnd, isMessageEnd]);
    assertEquals(told, [[0, 6, false, false], [3, 3, false, false], [
      3,
      0,
      true,
      true,
    ]]);
  },
);

Deno.test(
  "FrameReader.run() reads first what is left behind the handshake",
  PURE,
  async () => {
    using fixture = new Fixture();
    const bytes = concat([frame(TEXT, "early"), frame(TEXT, "late")]);
    fixture.byteReader.unread(bytes.slice(0, 9));
    await readAll(fixture, bytes.slice(9));
    assertEquals(fixture.log.join(""), "early.late.");
  },
);

Deno.test(
  "FrameReader.run() reads in larger blocks while they come back full",
  PURE,
  async () => {
    using fixture = new Fixture();
    const payload = bytesFrom(0, 500 * KIB);
    await readAll(fixture, frame(BINARY, payload));
    assertEquals(fixture.bytes, payload);
    assertEquals(
      fixture.source.sizes.slice(0, 6),
      [4, 8, 16, 32, 64, 64].map((size) => size * KIB),
    );
  },
);

Deno.test("FrameReader.stop() ends it behind the frame", PURE, async () => {
  using fixture = new Fixture();
  fixture.onControl = (opcode) => {
    if (opcode === Opcode.close) fixture.reader.stop();
  };
  fixture.source.giveBytes(
    concat([
      frame(TEXT, "a"),
      frame(CLOSE, closePayload(1000)),
      frame(TEXT, "b"),
    ]),
  );
  assertEquals(await fixture.reader.run(), false);
  assertEquals(fixture.log.length, 2);
  assertEquals(fixture.source.sizes.length, 1);
  assertEquals(await fixture.reader.run(), false);
});

Deno.test(
  "FrameReader.run() reads nothing while there is no room",
  PURE,
  async () => {
    using fixture = new Fixture();
    const room = Promise.withResolvers<void>();
    fixture.room = room.promise;
    fixture.source.giveBytes(frame(TEXT, "a"));
    const running = fixture.reader.run();
    assert(await isPending(running));
    assertEquals(fixture.source.sizes, []);
    fixture.room = null;
    room.resolve();
    await turn();
    assertEquals(fixture.log, ["a."]);
    fixture.source.end();
    assert(await running);
  },
);

Deno.test(
  "FrameReader.run() rejects with what a failure of the source means",
  PURE,
  async () => {
    using failing = new Fixture();
    const lost = new Error("lost");
    failing.source.fail(lost);
    const error = await assertRejects(
      () => failing.reader.run(),
      Error,
      "explained",
    );
    assertStrictEquals(error.cause, lost);

    using ending = new Fixture();
    ending.confirmEnd = () => Promise.reject(lost);
    await assertRejects(() => readAll(ending, frame(TEXT, "a")), Error);
    assertEquals(ending.log, ["a."]);
  },
);

Deno.test(
  "FrameReader.run() rejects when the peer breaks the protocol, behind what was right",
  PURE,
  async () => {
    using fixture = new Fixture();
    await assertFails(
      fixture,
      1002,
      concat([frame(TEXT, "a"), frame(0x83), frame(TEXT, "b")]),
    );
    assertEquals(fixture.log, ["a."]);
  },
);

Deno.test(
  "FrameReader.run() rejects with what refuses a message",
  PURE,
  async () => {
    for (
      const bytes of [
        frame(TEXT, "a"),
        frame(TEXT | RSV1, Uint8Array.fromHex("f248cdc9c90700")),
      ]
    ) {
      using fixture = new Fixture();
      fixture.refusal = new ProtocolFailure(1009, "too big");
      await assertFails(fixture, 1009, bytes);
    }
  },
);

Deno.test(
  "FrameReader.run() rejects a text that is not UTF-8, wherever it is cut",
  PURE,
  async () => {
    const payload = concat([
      bytesOf("κόσμε"),
      Uint8Array.fromHex("eda080"),
      bytesOf("edited"),
    ]);
    const valid = bytesOf("κόσμε").length;
    for (let cut = 0; cut <= payload.length; cut++) {
      const [head, tail] = [payload.subarray(0, cut), payload.subarray(cut)];
      using inOne = new Fixture();
      const whole = frame(TEXT, payload);
      await assertFails(
        inOne,
        1007,
        whole.subarray(0, cut),
        whole.subarray(cut),
      );

      using inFragments = new Fixture();
      await assertFails(
        inFragments,
        1007,
        concat([frame(TEXT_START, head), frame(PING), frame(LAST, tail)]),
      );
      // As soon as it is known.
      assert(inFragments.bytes.length <= valid + 1);
    }
  },
);

Deno.test(
  "FrameReader.run() rejects a text that ends inside of a character",
  PURE,
  async () => {
    for (const payload of ["c3", "e282", "f09f98"]) {
      using fixture = new Fixture();
      await assertFails(
        fixture,
        1007,
        frame(TEXT, Uint8Array.fromHex(payload)),
      );
      using fragments = new Fixture();
      await assertFails(
        fragments,
        1007,
        frame(TEXT_START, Uint8Array.fromHex(payload)),
        frame(LAST),
      );
    }
  },
);

Deno.test(
  "FrameReader.run() takes a character that is cut by frames, and any binary message",
  PURE,
  async () => {
    using fixture = new Fixture();
    const bytes = bytesOf("😀");
    for (const cut of [1, 2, 3]) {
      fixture.source.giveBytes(concat([
        frame(TEXT_START, bytes.subarray(0, cut)),
        frame(LAST, bytes.subarray(cut)),
        frame(BINARY, Uint8Array.fromHex("ff")),
      ]));
    }
    assert(await readAll(fixture));
    assertEquals(fixture.parts.length, 9);
  },
);

Deno.test(
  "FrameReader.run() inflates messages that are compressed",
  PURE,
  async () => {
    using fixture = new Fixture();
    const hello = Uint8Array.fromHex("f248cdc9c90700");
    await readAll(
      fixture,
      concat([
        frame(TEXT | RSV1, hello),
        frame(TEXT, "plain"),
        frame(TEXT_START | RSV1, hello.subarray(0, 3)),
        frame(PING, "p"),
        frame(LAST, hello.subarray(3)),
        frame(TEXT | RSV1, Uint8Array.fromHex("00")),
      ]),
    );
    assertEquals(fixture.log.join(""), "Hello.plain.He,9 pllo..");
  },
);

Deno.test(
  "FrameReader.run() checks the UTF-8 of what was inflated",
  PURE,
  async () => {
    // A block without compression of the byte c3.
    const cut = Uint8Array.fromHex("000100feffc300");
    using fixture = new Fixture();
    await assertFails(fixture, 1007, frame(TEXT | RSV1, cut));
    using binary = new Fixture();
    assert(await readAll(binary, frame(BINARY | RSV1, cut)));
    assertEquals(binary.bytes, new Uint8Array([0xc3]));
  },
);

Deno.test(
  "FrameReader.run() rejects what cannot be inflated",
  PURE,
  async () => {
    using fixture = new Fixture();
    await assertFails(
      fixture,
      1007,
      frame(BINARY | RSV1, Uint8Array.fromHex("ffffff")),
    );
  },
);
