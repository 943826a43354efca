import { assert, assertEquals, assertThrows } from "@std/assert";
import { HResult, InvalidOperationError, SocketError } from "../../../mod.ts";
import { type Answer, exchange } from "../../../sockets/_broker/exchange.ts";
import { ProtocolFailure } from "../../../sockets/_broker/fields.ts";
import { encodeFrame } from "../../../sockets/_broker/frame.ts";
import {
  ACKNOWLEDGED,
  type BrokerReply,
  REFUSED,
} from "../../../sockets/_broker/protocol.ts";
import {
  receiveMessage,
  sendMessage,
} from "../../../sockets/winsock/_descriptor_passing.ts";
import {
  close,
  isOpen,
  native,
  openUnixPair,
  PASSING,
  Traced,
} from "./_sockets.ts";

const FFI = { permissions: { ffi: true }, ignore: PASSING.ignore === true };
const OK: BrokerReply = { ok: true, result: 7 };

/** A broker that has said all it says before it is asked. */
interface Script {
  readonly reply?: BrokerReply;
  /** With the reply go two descriptors; the kernel keeps apart what follows. */
  readonly isClaim?: boolean;
  readonly end?: number;
  /** Whether it closes the connection then. */
  readonly isClosed?: boolean;
}

function parse(result: unknown): unknown {
  if (result === "bad") throw new ProtocolFailure("it is bad");
  return result;
}

/** Asks a broker of a script; what came with the answer is closed, and no more. */
function ask(script: Script): Answer<unknown> | null {
  const { reply, isClaim = false, end, isClosed = false } = script;
  const libc = native();
  const traced = new Traced();
  const [socket, server] = openUnixPair();
  if (reply !== undefined) {
    const frame = encodeFrame(JSON.stringify(reply));
    const { descriptor } = traced;
    sendMessage(libc, server, frame, isClaim ? [descriptor, descriptor] : []);
  }
  if (end !== undefined) sendMessage(libc, server, Uint8Array.of(end));
  if (isClosed) libc.call.shutdown(server, 1);
  try {
    const action = "Cannot do this";
    const answer = exchange(
      { libc, socket, action, parse },
      encodeFrame("?"),
      [0],
    );
    for (const one of answer?.descriptors ?? []) {
      assert(isOpen(one));
      close(one);
    }
    return answer;
  } finally {
    // It got the request, and the descriptor.
    const received = receiveMessage(libc, server);
    assert(typeof received !== "number");
    assertEquals(received.bytes.subarray(0, 5), encodeFrame("?"));
    assertEquals(received.descriptors.length, 1);
    close(socket, server, ...received.descriptors);
    traced.assertNoCopies();
  }
}

Deno.test("exchange() gives the answer once the broker is done", FFI, () => {
  const answer = ask({
    reply: OK,
    isClaim: true,
    end: ACKNOWLEDGED,
    isClosed: true,
  });
  assertEquals(answer?.result, 7);
  assertEquals(answer?.descriptors.length, 2);
});

Deno.test(
  "exchange() throws what the broker refuses, and keeps nothing",
  FFI,
  () => {
    for (const isClaim of [true, false]) {
      const error = assertThrows(
        () => ask({ reply: { ok: false, code: "not-found" }, isClaim }),
        InvalidOperationError,
        "Cannot do this: the broker holds no such socket",
      );
      assertEquals(error.hresult, HResult.ERROR_NOT_FOUND);
    }
  },
);

Deno.test(
  "exchange() takes nothing of what it cannot read",
  FFI,
  () => {
    const error = assertThrows(
      () => ask({ reply: { ok: true, result: "bad" }, isClaim: true }),
      InvalidOperationError,
      "the broker is of another version",
    );
    assertEquals(error.hresult, HResult.ERROR_NOT_SUPPORTED);
  },
);

Deno.test(
  "exchange() keeps nothing when the broker has waited too long",
  FFI,
  () => {
    const error = assertThrows(
      () => ask({ reply: OK, isClaim: true, end: REFUSED }),
      SocketError,
      "Cannot do this: the broker does not answer",
    );
    assertEquals(error.hresult, HResult.WSAETIMEDOUT);
  },
);

Deno.test(
  "exchange() keeps what it got of a broker that has ended",
  FFI,
  () => {
    const answer = ask({ reply: OK, isClaim: true, isClosed: true });
    assertEquals(answer?.descriptors.length, 2);
  },
);

Deno.test(
  "exchange() fails when a broker ends that has taken nothing yet",
  FFI,
  () => {
    const error = assertThrows(
      () => ask({ reply: OK, isClosed: true }),
      SocketError,
      "Cannot do this: the broker has ended before it was done",
    );
    assertEquals(error.hresult, HResult.WSAECONNRESET);
  },
);

Deno.test(
  "exchange() is null when a broker ends that has not answered",
  FFI,
  () => {
    assertEquals(ask({ isClosed: true }), null);
  },
);

Deno.test("exchange() fails when a reply is cut off", FFI, () => {
  const libc = native();
  const [socket, server] = openUnixPair();
  sendMessage(libc, server, encodeFrame("cut off").subarray(0, 6));
  libc.call.shutdown(server, 1);
  assertThrows(
    () =>
      exchange(
        { libc, socket, action: "Cannot do", parse },
        encodeFrame("?"),
        [],
      ),
    SocketError,
    "Cannot do: the broker has ended before it was done",
  );
  close(socket, server);
});

Deno.test(
  "exchange() is null when the broker has gone before the request",
  FFI,
  () => {
    const libc = native();
    const [socket, server] = openUnixPair();
    close(server);
    const call = { libc, socket, action: "Cannot do", parse };
    assertEquals(exchange(call, encodeFrame("?"), []), null);
    close(socket);
  },
);

Deno.test(
  "exchange() waits for a reply, and for what follows, not for ever",
  FFI,
  () => {
    for (const script of [{}, { reply: OK }, { reply: OK, isClaim: true }]) {
      assertThrows(
        () => ask(script),
        SocketError,
        "Cannot do this: the broker does not answer",
      );
    }
  },
);
