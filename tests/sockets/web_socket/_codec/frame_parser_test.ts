import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FrameParser } from "../../../../sockets/web_socket/_codec/frame_parser.ts";
import { Opcode } from "../../../../sockets/web_socket/_codec/opcode.ts";
import { ProtocolFailure } from "../../../../sockets/web_socket/_codec/protocol_failure.ts";
import { bytesFrom, concat } from "../../streams/_fakes.ts";
import {
  encodeFrame,
  type Frame,
  type ReadFrame,
  readFrames,
  type Reading,
  type Rules,
} from "./_frame_model.ts";

const KIB = 1024;
const PURE = { permissions: "none" } as const;
const CLIENT: Rules = { isServer: false, allowsCompression: false };
const SERVER: Rules = { isServer: true, allowsCompression: false };
const COMPRESSING: Rules = { isServer: false, allowsCompression: true };

/** What a parser tells about a piece. */
interface Piece extends Omit<ReadFrame, "isWhole"> {
  readonly isFrameStart: boolean;
  readonly isFrameEnd: boolean;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

function toPiece(parser: FrameParser): Piece {
  return {
    opcode: parser.opcode,
    isCompressed: parser.isCompressed,
    isMessageStart: parser.isMessageStart,
    isMessageEnd: parser.isMessageEnd,
    isFrameStart: parser.isFrameStart,
    isFrameEnd: parser.isFrameEnd,
    size: parser.frameSize,
    payload: parser.payload.toHex(),
  };
}

/** Gives blocks, and takes the pieces of each. */
function* pieces(
  parser: FrameParser,
  blocks: Iterable<Uint8Array>,
): Generator<Piece> {
  for (const block of blocks) {
    parser.push(new Uint8Array(block));
    while (parser.next()) yield toPiece(parser);
  }
}

function readHex(rules: Rules, ...blocks: readonly string[]): Piece[] {
  return [...pieces(new FrameParser(rules), blocks.map(fromHex))];
}

/** The whole of a message, or a control frame. */
function whole(opcode: number, payload: string): Piece {
  return {
    opcode,
    isCompressed: false,
    isMessageStart: true,
    isMessageEnd: true,
    isFrameStart: true,
    isFrameEnd: true,
    size: payload.length / 2,
    payload,
  };
}

/** Puts pieces together; each must be where it says that it is. */
function joinPieces(pieces: readonly Piece[]): ReadFrame[] {
  const frames: ReadFrame[] = [];
  for (const { isFrameStart, isFrameEnd, ...piece } of pieces) {
    const open = frames.at(-1)?.isWhole === false ? frames.pop() : undefined;
    assertEquals(isFrameStart, open === undefined);
    assert(isFrameStart || piece.payload !== "");
    const payload = (open?.payload ?? "") + piece.payload;
    assertEquals(isFrameEnd, payload.length / 2 === piece.size);
    const isMessageStart = open?.isMessageStart ?? piece.isMessageStart;
    assertEquals(piece.isMessageStart, isMessageStart && isFrameStart);
    frames.push({ ...piece, isMessageStart, payload, isWhole: isFrameEnd });
  }
  return frames;
}

/** Reads all that is in blocks. */
function read(rules: Rules, blocks: readonly Uint8Array[]): Reading {
  const parser = new FrameParser(rules);
  const found: Piece[] = [];
  let closeCode: number | null = null;
  try {
    for (const piece of pieces(parser, blocks)) found.push(piece);
  } catch (error) {
    assert(error instanceof ProtocolFailure);
    closeCode = error.closeCode;
  }
  const isBetweenMessages = closeCode === null && parser.isBetweenMessages;
  return { frames: joinPieces(found), closeCode, isBetweenMessages };
}

/** Cuts bytes at some offsets. */
function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

function byBytes(bytes: Uint8Array): Uint8Array[] {
  return cutAt(bytes, Array.from(bytes.keys()));
}

function assertReadsAsModel(bytes: Uint8Array, rules: Rules): void {
  const expected = readFrames(bytes, rules);
  assertEquals(read(rules, [bytes]), expected);
  assertEquals(read(rules, byBytes(bytes)), expected);
}

/** Reads bytes up to a frame that is wrong, in one block and byte by byte. */
function assertFails(
  rules: Rules,
  hex: string,
  reason: string,
  closeCode = 1002,
): void {
  const bytes = fromHex(hex);
  for (const blocks of [[bytes], byBytes(bytes)]) {
    const parser = new FrameParser(rules);
    const failure = assertThrows(
      () => [...pieces(parser, blocks)],
      ProtocolFailure,
      `": ${reason}`,
    );
    assertEquals(failure.closeCode, closeCode);
  }
  assertReadsAsModel(bytes, rules);
}

Deno.test("FrameParser.next() reads the examples of RFC 6455", PURE, () => {
  const hello = "48656c6c6f";
  assertEquals(readHex(CLIENT, `8105 ${hello}`), [whole(Opcode.text, hello)]);
  assertEquals(readHex(SERVER, "8185 37fa213d 7f9f4d5158"), [
    whole(Opcode.text, hello),
  ]);
  assertEquals(readHex(CLIENT, "0103 48656c 8002 6c6f"), [
    { ...whole(Opcode.text, "48656c"), isMessageEnd: false },
    { ...whole(Opcode.text, "6c6f"), isMessageStart: false },
  ]);
  assertEquals(readHex(CLIENT, `8905 ${hello}`), [whole(Opcode.ping, hello)]);
  assertEquals(readHex(SERVER, "8a85 37fa213d 7f9f4d5158"), [
    whole(Opcode.pong, hello),
  ]);
  const bytes256 = bytesFrom(0, 256).toHex();
  assertEquals(readHex(CLIENT, `827e0100 ${bytes256}`), [
    whole(Opcode.binary, bytes256),
  ]);
  const bytes64KiB = bytesFrom(0, 64 * KIB).toHex();
  assertEquals(readHex(CLIENT, `827f0000000000010000 ${bytes64KiB}`), [
    whole(Opcode.binary, bytes64KiB),
  ]);
});

Deno.test("FrameParser.next() reads many frames of a block", PURE, () => {
  assertEquals(readHex(CLIENT, "8101 61 8800 8202 0102"), [
    whole(Opcode.text, "61"),
    whole(Opcode.close, ""),
    whole(Opcode.binary, "0102"),
  ]);
});

Deno.test("FrameParser.next() gives one piece of an empty frame", PURE, () => {
  assertEquals(readHex(CLIENT, "8100"), [whole(Opcode.text, "")]);
  assertEquals(readHex(SERVER, "8280 01020304"), [whole(Opcode.binary, "")]);
  assertEquals(readHex(CLIENT, "0200 0000 8000"), [
    { ...whole(Opcode.binary, ""), isMessageEnd: false },
    {
      ...whole(Opcode.binary, ""),
      isMessageStart: false,
      isMessageEnd: false,
    },
    { ...whole(Opcode.binary, ""), isMessageStart: false },
  ]);
});

Deno.test(
  "FrameParser.next() gives what there is of a data frame",
  PURE,
  () => {
    const start = {
      ...whole(Opcode.binary, ""),
      isMessageEnd: false,
      isFrameEnd: false,
      size: 5,
    };
    const middle = { ...start, isFrameStart: false, isMessageStart: false };
    const last = { ...middle, isFrameEnd: true, isMessageEnd: true };
    assertEquals(
      readHex(CLIENT, "82", "05", "", "0102", "03", "", "0405 8100"),
      [
        start,
        { ...middle, payload: "0102" },
        { ...middle, payload: "03" },
        { ...last, payload: "0405" },
        whole(Opcode.text, ""),
      ],
    );
    assertEquals(readHex(CLIENT, "8205 01", "02030405"), [
      { ...start, payload: "01" },
      { ...last, payload: "02030405" },
    ]);
  },
);

Deno.test("FrameParser.next() unmasks across blocks", PURE, () => {
  const payload = bytesFrom(1, 60);
  const key = fromHex("37fa213d");
  const bytes = encodeFrame({ firstByte: 0x82, payload, key });
  for (let cut = 0; cut <= bytes.length; cut++) {
    for (const blocks of [cutAt(bytes, [cut]), cutAt(bytes, [cut, cut + 3])]) {
      const { frames } = read(SERVER, blocks);
      assertEquals(frames.map(({ payload }) => payload), [payload.toHex()]);
    }
  }
});

Deno.test("FrameParser.next() unmasks in the block itself", PURE, () => {
  const parser = new FrameParser(SERVER);
  const block = fromHex("8185 37fa213d 7f9f4d5158");
  parser.push(block);
  assert(parser.next());
  assert(parser.payload.buffer === block.buffer);
  assertEquals(new TextDecoder().decode(block.subarray(6)), "Hello");
});

Deno.test(
  "FrameParser.next() gives a control frame whole, however it was cut",
  PURE,
  () => {
    const frames: readonly Frame[] = [
      { firstByte: 0x89, payload: bytesFrom(0, 125), key: null },
      { firstByte: 0x8a, payload: bytesFrom(7, 3), key: null },
      { firstByte: 0x88, payload: new Uint8Array(0), key: null },
    ];
    const expected = [
      whole(Opcode.ping, bytesFrom(0, 125).toHex()),
      whole(Opcode.pong, "070809"),
      whole(Opcode.close, ""),
    ];
    const keys: readonly (Uint8Array | null)[] = [null, fromHex("01020304")];
    for (const key of keys) {
      const bytes = concat(
        frames.map((frame) => encodeFrame({ ...frame, key })),
      );
      const parser = new FrameParser(key === null ? CLIENT : SERVER);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const blocks = cutAt(bytes, [cut, Math.min(cut + 5, bytes.length)]);
        assertEquals([...pieces(parser, blocks)], expected);
      }
      assertEquals([...pieces(parser, byBytes(bytes))], expected);
    }
  },
);

Deno.test(
  "FrameParser.next() reads control frames inside of a message",
  PURE,
  () => {
    const found = readHex(
      COMPRESSING,
      "4101 61 8900 0001 62 8a",
      "01 63 8001 64",
    );
    const data = { ...whole(Opcode.text, ""), size: 1, isCompressed: true };
    assertEquals(found, [
      { ...data, payload: "61", isMessageEnd: false },
      whole(Opcode.ping, ""),
      { ...data, payload: "62", isMessageStart: false, isMessageEnd: false },
      whole(Opcode.pong, "63"),
      { ...data, payload: "64", isMessageStart: false },
    ]);
  },
);

Deno.test("FrameParser.isCompressed is of each message", PURE, () => {
  const found = readHex(COMPRESSING, "c100 8100 4200 8000 0100 8000");
  assertEquals(
    found.map(({ isCompressed }) => isCompressed),
    [true, false, true, true, false, false],
  );
});

Deno.test("FrameParser.next() throws when a reserved bit is set", PURE, () => {
  const reason = "a reserved bit is set";
  for (const rules of [CLIENT, COMPRESSING]) {
    for (const first of ["a1", "91", "b1", "e1", "d1", "a2", "a9", "98"]) {
      assertFails(rules, `${first}00`, reason);
    }
    assertFails(rules, "0100 c000", reason);
    assertFails(rules, "0100 4000", reason);
    assertFails(rules, "c000", reason);
    for (const first of ["c8", "c9", "ca"]) {
      assertFails(rules, `${first}00`, reason);
    }
  }
  for (const first of ["c1", "41", "c2"]) {
    assertFails(CLIENT, `${first}00`, reason);
  }
});

Deno.test("FrameParser.next() throws when the opcode is reserved", PURE, () => {
  for (const opcode of [..."34567bcdef"]) {
    assertFails(CLIENT, `8${opcode}00`, "the opcode is reserved");
    assertFails(CLIENT, `8100 0${opcode}00`, "the opcode is reserved");
  }
});

Deno.test(
  "FrameParser.next() throws when a control frame is fragmented",
  PURE,
  () => {
    for (const first of ["08", "09", "0a"]) {
      assertFails(CLIENT, `${first}00`, "it is fragmented");
    }
  },
);

Deno.test(
  "FrameParser.next() throws when a control frame is too long",
  PURE,
  () => {
    for (const first of ["88", "89", "8a"]) {
      const reason = "it has more than 125 bytes";
      assertFails(CLIENT, `${first}7e007e`, reason);
      assertFails(CLIENT, `${first}7f0000000000010000`, reason);
    }
  },
);

Deno.test("FrameParser.next() throws when a client does not mask", PURE, () => {
  assertFails(SERVER, "8100", "it is not masked");
  assertFails(SERVER, "8180 01020304 8900", "it is not masked");
});

Deno.test("FrameParser.next() throws when a server masks", PURE, () => {
  assertFails(CLIENT, "8180 00000000", "it is masked");
  assertFails(CLIENT, "8100 8980 01020304", "it is masked");
});

Deno.test(
  "FrameParser.next() throws when there is no message to continue",
  PURE,
  () => {
    const reason = "no message is open";
    assertFails(CLIENT, "8000", reason);
    assertFails(CLIENT, "0001 61", reason);
    assertFails(CLIENT, "8100 8000", reason);
    assertFails(CLIENT, "0100 8000 0000", reason);
  },
);

Deno.test(
  "FrameParser.next() throws when a message starts in another",
  PURE,
  () => {
    const reason = "a message is open";
    assertFails(CLIENT, "0100 8100", reason);
    assertFails(CLIENT, "0100 0000 0200", reason);
    assertFails(CLIENT, "0201 61 8900 8201 62", reason);
  },
);

Deno.test(
  "FrameParser.next() throws when a length has too many bytes",
  PURE,
  () => {
    const reason = "its length is not encoded in the fewest bytes";
    assertFails(CLIENT, "827e0000", reason);
    assertFails(CLIENT, "827e007d", reason);
    assertFails(CLIENT, "897e007d", reason);
    assertFails(CLIENT, "827f0000000000000000", reason);
    assertFails(CLIENT, "827f000000000000ffff", reason);
    assertFails(SERVER, "82fe007d 01020304", reason);
    assertFails(SERVER, "82ff000000000000ffff 01020304", reason);
  },
);

Deno.test(
  "FrameParser.next() throws when the top bit of a length is set",
  PURE,
  () => {
    const reason = "the top bit of its length is set";
    assertFails(CLIENT, "827f8000000000000000", reason);
    assertFails(CLIENT, "827fffffffffffffffff", reason);
  },
);

Deno.test(
  "FrameParser.next() throws 1009 when a length is no safe integer",
  PURE,
  () => {
    assertFails(CLIENT, "827f0020000000000000", "it is too big", 1009);
    assertFails(CLIENT, "827f7fffffffffffffff", "it is too big", 1009);
  },
);

Deno.test("FrameParser.next() throws the same failure ever after", PURE, () => {
  const parser = new FrameParser(CLIENT);
  parser.push(fromHex("8100 8300 8100"));
  assert(parser.next());
  const next = (): boolean => parser.next();
  const failure = assertThrows(next, ProtocolFailure);
  assertEquals(
    failure.message,
    'Cannot read the frame of opcode "3": the opcode is reserved',
  );
  assert(assertThrows(next, ProtocolFailure) === failure);
  parser.push(fromHex("8100"));
  assert(assertThrows(next, ProtocolFailure) === failure);
});

Deno.test(
  "FrameParser.isBetweenMessages tells whether something is open",
  PURE,
  () => {
    const parser = new FrameParser(CLIENT);
    const isBetweenAfter = (hex: string): boolean => {
      const found = [...pieces(parser, [fromHex(hex)])];
      assert(found.length <= 1);
      return parser.isBetweenMessages;
    };
    assertEquals(parser.isBetweenMessages, true);
    assertEquals(isBetweenAfter("81"), false);
    assertEquals(isBetweenAfter("01"), false);
    assertEquals(isBetweenAfter("61"), true);
    assertEquals(isBetweenAfter("0100"), false);
    assertEquals(isBetweenAfter("8900"), false);
    assertEquals(isBetweenAfter("8000"), true);
    assertEquals(isBetweenAfter("8902"), false);
    assertEquals(isBetweenAfter("61"), false);
    assertEquals(isBetweenAfter("62"), true);
    parser.push(fromHex("8100"));
    assertEquals(parser.isBetweenMessages, false);
    assert(parser.next());
    assertEquals(parser.isBetweenMessages, true);
  },
);

Deno.test("FrameParser.next() keeps no block when it has read it", PURE, () => {
  const parser = new FrameParser(CLIENT);
  parser.push(fromHex("8101 61"));
  assert(parser.next());
  assertEquals(parser.payload.length, 1);
  assertEquals(parser.next(), false);
  assertEquals(parser.payload.length, 0);
  assertEquals(parser.next(), false);
});

/** Frames of messages and control frames among them, as a peer sends them. */
function frames(rules: Rules): fc.Arbitrary<Frame[]> {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.uint8Array({ minLength: 120, maxLength: 130 }),
    fc.constantFrom(300, 0xffff, 0x10000).map((length) => bytesFrom(3, length)),
  );
  const control = fc.record({
    firstByte: fc.constantFrom(0x88, 0x89, 0x8a),
    payload: fc.uint8Array({ maxLength: 125 }),
  });
  const step = fc.record({
    payload,
    controls: fc.array(control, { maxLength: 2 }),
    key: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  });
  const message = fc.record({
    opcode: fc.constantFrom<number>(Opcode.text, Opcode.binary),
    isCompressed: fc.boolean(),
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  }).map(({ opcode, isCompressed, steps }) =>
    steps.flatMap(({ payload, controls, key }, i): Frame[] => {
      const rsv1 = rules.allowsCompression && isCompressed ? 0x40 : 0;
      const firstByte = (i === 0 ? opcode | rsv1 : 0) |
        (i === steps.length - 1 ? 0x80 : 0);
      const used = rules.isServer ? key : null;
      return [...controls, { firstByte, payload }].map((frame) => ({
        ...frame,
        key: used,
      }));
    })
  );
  return fc.array(message, { maxLength: 3 }).map((messages) => messages.flat());
}

/** Some offsets into something of unknown length, as shares of it. */
function shares(): fc.Arbitrary<number[]> {
  return fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
}

function cutByShares(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  return cutAt(bytes, cuts.map((cut) => Math.floor(cut * bytes.length)));
}

function ruleSets(): fc.Arbitrary<Rules> {
  return fc.record({
    isServer: fc.boolean(),
    allowsCompression: fc.boolean(),
  });
}

/** Cuts frames near their starts: in headers, and just behind them. */
function cutFrames(
  frames: readonly Uint8Array[],
  cuts: readonly (readonly [index: number, offset: number])[],
): Uint8Array[] {
  const bytes = concat(frames);
  return cutAt(
    bytes,
    cuts.map(([index, offset]) => {
      const { length } = concat(frames.slice(0, index));
      return Math.min(length + offset, bytes.length);
    }),
  );
}

Deno.test("FrameParser.next() reads any frames from any blocks", PURE, () => {
  const sent = ruleSets().chain((rules) =>
    fc.record({ rules: fc.constant(rules), frames: frames(rules) })
  );
  const cuts = fc.array(fc.tuple(fc.nat(12), fc.nat(20)), { maxLength: 12 });
  fc.assert(
    fc.property(sent, cuts, ({ rules, frames }, cuts) => {
      const encoded = frames.map(encodeFrame);
      const expected = readFrames(concat(encoded), rules);
      assertEquals(expected.closeCode, null);
      assertEquals(
        expected.frames.map(({ payload }) => payload),
        frames.map(({ payload }) => payload.toHex()),
      );
      assertEquals(read(rules, cutFrames(encoded, cuts)), expected);
    }),
    { numRuns: 300 },
  );
});

Deno.test("FrameParser.next() reads what there is of any frames", PURE, () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(frames(SERVER), share, shares(), (frames, share, cuts) => {
      const all = concat(frames.map(encodeFrame));
      const bytes = all.subarray(0, Math.floor(share * all.length));
      const expected = readFrames(bytes, SERVER);
      assertEquals(read(SERVER, cutByShares(bytes, cuts)), expected);
    }),
  );
});

Deno.test(
  "FrameParser.next() reads nearly right frames as the model",
  PURE,
  () => {
    const header = fc.tuple(
      fc.constantFrom(
        0x00,
        0x01,
        0x80,
        0x81,
        0x82,
        0x89,
        0xc1,
        0x41,
        0xa1,
        0x83,
      ),
      fc.constantFrom(0, 1, 3, 125, 0x80, 0x81, 0x83, 126, 0xfe, 127, 0xff),
    );
    const size = fc.constantFrom(0, 0, 0, 0x7d, 0x7e, 0x10, 0x80, 0x20);
    const part = fc.oneof(
      header,
      fc.array(size, { maxLength: 8 }),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => [...bytes]),
    );
    const bytes = fc.array(part, { maxLength: 20 })
      .map((parts) => new Uint8Array(parts.flat()));
    fc.assert(
      fc.property(bytes, ruleSets(), shares(), (bytes, rules, cuts) => {
        const expected = readFrames(bytes, rules);
        assertEquals(read(rules, cutByShares(bytes, cuts)), expected);
      }),
      { numRuns: 2000 },
    );
  },
);

/** By how much the memory has grown when a function has run. */
function growthOf(run: () => void): number {
  const used = (): number => {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  run();
  return used() - before;
}

Deno.test(
  "FrameParser reads millions of empty fragments without growing",
  PURE,
  () => {
    const parser = new FrameParser(CLIENT);
    parser.push(fromHex("0100"));
    assert(parser.next());
    const block = new Uint8Array(64 * KIB);
    const readMillion = (): void => {
      for (let count = 0; count < 1_000_000;) {
        parser.push(block);
        while (parser.next()) count += parser.isMessageEnd ? 0 : 1;
      }
    };
    // Garbage comes and goes; what is kept grows each time.
    const growth = Array.from({ length: 10 }, () => growthOf(readMillion));
    assert(Math.min(...growth) < KIB * KIB, `${growth}`);
    assertEquals(parser.isBetweenMessages, false);
  },
);

Deno.test(
  "FrameParser allocates nothing for a length that is declared",
  PURE,
  () => {
    const parser = new FrameParser(CLIENT);
    const growth = growthOf(() => {
      for (const length of ["0000000040000000", "001fffffffffffff"]) {
        const other = new FrameParser(CLIENT);
        other.push(fromHex(`827f${length} 01`));
        assert(other.next());
      }
      parser.push(fromHex("827f001fffffffffffff"));
      assert(parser.next());
    });
    assert(growth < KIB * KIB, `${growth}`);
    assertEquals(parser.frameSize, Number.MAX_SAFE_INTEGER);
    assertEquals(parser.remaining, Number.MAX_SAFE_INTEGER);
    assertEquals(parser.payload.length, 0);
    assertEquals(parser.isFrameEnd, false);
    assertEquals(parser.next(), false);
  },
);
