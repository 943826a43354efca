import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import {
  checkPingPayload,
  Pings,
} from "../../../../sockets/web_socket/_connection/pings.ts";
import { isPending } from "../../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "Pings.nextPayload() gives 8 bytes, and others each time",
  PURE,
  () => {
    const pings = new Pings();
    const payloads = Array.from({ length: 300 }, () => pings.nextPayload());
    assert(payloads.every(({ length }) => length === 8));
    assertEquals(new Set(payloads.map((payload) => payload.toHex())).size, 300);
    assertNotEquals(payloads[0], payloads[1]);
  },
);

Deno.test(
  "Pings.wait() resolves with the time that the pong took",
  PURE,
  async () => {
    const pings = new Pings();
    const start = performance.now();
    const answered = pings.wait(new Uint8Array([1]));
    assert(await isPending(answered));
    pings.answer(new Uint8Array([1]));
    const time = await answered;
    assert(time > 0 && time <= performance.now() - start);
  },
);

Deno.test("Pings.wait() copies the payload", PURE, async () => {
  const pings = new Pings();
  const payload = new Uint8Array([1]);
  const answered = pings.wait(payload);
  payload[0] = 2;
  pings.answer(new Uint8Array([1]));
  assert(await answered >= 0);
});

Deno.test(
  "Pings.answer() answers the pings before as well, and none behind",
  PURE,
  async () => {
    const pings = new Pings();
    const [first, second, third] = [1, 2, 3].map((byte) =>
      pings.wait(new Uint8Array([byte]))
    );
    pings.answer(new Uint8Array([2]));
    assert(await first !== undefined && await second !== undefined);
    assert(third !== undefined && await isPending(third));
    pings.answer(new Uint8Array([3]));
    assert(await third >= 0);
  },
);

Deno.test(
  "Pings.answer() answers the oldest of equal pings",
  PURE,
  async () => {
    const pings = new Pings();
    const first = pings.wait(new Uint8Array(0));
    const second = pings.wait(new Uint8Array(0));
    pings.answer(new Uint8Array(0));
    assert(await first >= 0);
    assert(await isPending(second));
    pings.answer(new Uint8Array(0));
    assert(await second >= 0);
  },
);

Deno.test(
  "Pings.answer() takes a pong that answers none for unsolicited",
  PURE,
  async () => {
    const pings = new Pings();
    pings.answer(new Uint8Array(0));
    const answered = pings.wait(new Uint8Array([1, 2]));
    for (const other of [[], [1], [2, 1], [1, 2, 3]]) {
      pings.answer(new Uint8Array(other));
    }
    assert(await isPending(answered));
    pings.reject(new Error("over"));
    await assertRejects(() => answered, Error, "over");
  },
);

Deno.test("Pings.reject() rejects all that wait", PURE, async () => {
  const pings = new Pings();
  const waits = [1, 2].map((byte) => pings.wait(new Uint8Array([byte])));
  pings.reject(new Error("lost"));
  pings.reject(new Error("lost again"));
  pings.answer(new Uint8Array([1]));
  for (const answered of waits) {
    await assertRejects(() => answered, Error, "lost");
  }
});

Deno.test("checkPingPayload() takes up to 125 bytes", PURE, () => {
  for (const length of [0, 1, 125]) checkPingPayload(new Uint8Array(length));
  assertThrows(
    () => checkPingPayload(new Uint8Array(126)),
    ArgumentError,
    '"126" bytes',
  );
});

Deno.test("checkPingPayload() refuses what is no Uint8Array", PURE, () => {
  for (const value of ["text", 1, null, [1], new ArrayBuffer(1)]) {
    assertThrows(
      () => checkPingPayload(value),
      ArgumentError,
      "it must be a Uint8Array",
    );
  }
});
