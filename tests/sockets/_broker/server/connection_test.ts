import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodeFrame, FrameReader } from "../../../../sockets/_broker/frame.ts";
import { ACKNOWLEDGED, REFUSED } from "../../../../sockets/_broker/protocol.ts";
import {
  Connection,
  ConnectionLost,
} from "../../../../sockets/_broker/server/connection.ts";
import {
  MSG_DONTWAIT,
  type ReceivedMessage,
  receiveMessage,
  sendMessage,
} from "../../../../sockets/winsock/_descriptor_passing.ts";
import { sharedPoller } from "../../../../sockets/winsock/_poller.ts";
import { close, native, openUnixPair, PASSING, Traced } from "../_sockets.ts";

const FFI = { permissions: { ffi: true }, ignore: PASSING.ignore === true };

/** A connection, and the socket of the program at its other end. */
interface Ends extends AsyncDisposable {
  readonly connection: Connection;
  readonly program: number;
}

function open(patience?: number): Ends {
  const [program, socket] = openUnixPair();
  const poller = sharedPoller(native());
  const connection = new Connection(native(), poller, socket, patience);
  return {
    connection,
    program,
    async [Symbol.asyncDispose]() {
      connection.close();
      close(program);
      // The thread that has waited has come back then.
      await poller.forget(program);
    },
  };
}

function write(program: number, bytes: Uint8Array): void {
  assertEquals(sendMessage(native(), program, bytes), bytes.length);
}

function read(program: number): ReceivedMessage {
  const received = receiveMessage(native(), program, MSG_DONTWAIT);
  assert(typeof received !== "number");
  return received;
}

Deno.test(
  "Connection.readRequest() reads what arrives in pieces",
  FFI,
  async () => {
    await using ends = open();
    const { connection, program } = ends;
    const request = connection.readRequest();
    const frame = encodeFrame("a request");
    sendMessage(native(), program, frame.subarray(0, 6), [0, 1]);
    await Promise.resolve();
    write(program, frame.subarray(6));
    const { text, descriptors, isCut } = await request;
    assertEquals(text, "a request");
    assertEquals(descriptors.length, 2);
    assertEquals(isCut, false);
    close(...descriptors);
  },
);

Deno.test(
  "Connection.readRequest() fails at the end, and keeps nothing",
  FFI,
  async () => {
    const traced = new Traced();
    {
      await using ends = open();
      const { connection, program } = ends;
      sendMessage(native(), program, Uint8Array.of(0), [traced.descriptor]);
      native().call.shutdown(program, 1);
      await assertRejects(() => connection.readRequest(), ConnectionLost);
    }
    {
      await using ends = open();
      write(ends.program, Uint8Array.of(255, 0, 0, 0));
      await assertRejects(() => ends.connection.readRequest(), ConnectionLost);
    }
    traced.assertNoCopies();
  },
);

Deno.test("Connection.readRequest() does not wait for ever", FFI, async () => {
  await using ends = open(10);
  await assertRejects(() => ends.connection.readRequest(), ConnectionLost);
  await assertRejects(() => ends.connection.confirm(), ConnectionLost);
});

Deno.test(
  "Connection.sendReply() waits while the program does not read",
  FFI,
  async () => {
    await using ends = open();
    const { connection, program } = ends;
    const text = "x".repeat(1_000_000);
    const sent = connection.sendReply(text, [0]);
    const reader = new FrameReader();
    const descriptors: number[] = [];
    let received: string | null = null;
    while (received === null) {
      const message = receiveMessage(native(), program);
      assert(typeof message !== "number");
      descriptors.push(...message.descriptors);
      received = reader.push(message.bytes);
      // The other side has to go on.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await sent;
    assertEquals(received === text, true);
    assertEquals(descriptors.length, 1);
    close(...descriptors);
  },
);

Deno.test(
  "Connection.sendReply() fails once the program has gone",
  FFI,
  async () => {
    await using ends = open();
    const { connection, program } = ends;
    native().call.shutdown(program, 2);
    await assertRejects(() => connection.sendReply("x", []), ConnectionLost);
  },
);

Deno.test(
  "Connection.confirm() is done when the program can know it",
  FFI,
  async () => {
    await using ends = open();
    const { connection, program } = ends;
    write(program, Uint8Array.of(ACKNOWLEDGED));
    assertEquals(await connection.confirm(), true);
    assertEquals(read(program).bytes, Uint8Array.of(ACKNOWLEDGED));
  },
);

Deno.test(
  "Connection.confirm() is not done once the program has given up",
  FFI,
  async () => {
    await using ends = open();
    const { connection, program } = ends;
    write(program, Uint8Array.of(ACKNOWLEDGED));
    native().call.shutdown(program, 2);
    assertEquals(await connection.confirm(), false);
    assertEquals(read(program).bytes.length, 0);
  },
);

Deno.test(
  "Connection.refuse() tells the program, if it is there",
  FFI,
  async () => {
    await using ends = open();
    const { connection, program } = ends;
    write(program, Uint8Array.of(1));
    assertEquals(await connection.confirm(), false);
    connection.refuse();
    assertEquals(read(program).bytes, Uint8Array.of(REFUSED));
    native().call.shutdown(program, 2);
    connection.refuse();
  },
);
