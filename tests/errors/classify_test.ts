import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import dgram from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import net from "node:net";
import { hresultOf, toSocketError } from "../../errors/_classify.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { BoundsError } from "../../errors/bounds_error.ts";
import { ClosedError } from "../../errors/closed_error.ts";
import { HResult } from "../../errors/hresult.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { withNameServer } from "./_name_server.ts";
import {
  assertClassifies,
  type ExpectedSocketError,
  freedPort,
  probe,
} from "./_test_utils.ts";

const LOOPBACK = "127.0.0.1";
const onLoopback = { net: [LOOPBACK] };

const REFUSED: ExpectedSocketError = {
  hresult: HResult.WSAECONNREFUSED,
  status: SocketErrorStatus.connectionRefused,
  reason: "connection refused",
};
const TIMED_OUT: ExpectedSocketError = {
  hresult: HResult.WSAETIMEDOUT,
  status: SocketErrorStatus.connectionTimedOut,
  reason: "connection timed out",
};
const IN_USE: ExpectedSocketError = {
  hresult: HResult.WSAEADDRINUSE,
  status: SocketErrorStatus.addressAlreadyInUse,
  reason: "address already in use",
};
const NOT_AVAILABLE: ExpectedSocketError = {
  hresult: HResult.WSAEADDRNOTAVAIL,
  status: SocketErrorStatus.cannotAssignRequestedAddress,
  reason: "address not available",
};
const NOT_FOUND: ExpectedSocketError = {
  hresult: HResult.WSAHOST_NOT_FOUND,
  status: SocketErrorStatus.hostNotFound,
  reason: "host not found",
};
const TOO_LONG: ExpectedSocketError = {
  hresult: HResult.WSAEMSGSIZE,
  status: SocketErrorStatus.messageTooLong,
  reason: "message too long",
};
const ABORTED: ExpectedSocketError = {
  hresult: HResult.ERROR_OPERATION_ABORTED,
  status: SocketErrorStatus.operationAborted,
  reason: "operation aborted",
};

/** Both ends of a connection; that of Node can send a reset. */
async function connectedPair(): Promise<[Deno.TcpConn, net.Socket]> {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const peer = net.connect(listener.addr.port, LOOPBACK);
  const [conn] = await Promise.all([listener.accept(), once(peer, "connect")]);
  return [conn, peer];
}

/** Makes the peer end the connection with a reset instead of a FIN. */
async function reset(peer: net.Socket): Promise<void> {
  const closed = once(peer, "close");
  peer.resetAndDestroy();
  await closed;
}

Deno.test("toSocketError() gives connectionRefused when nobody listens", {
  permissions: onLoopback,
}, async () => {
  const port = freedPort();

  const cause = await assertRejects(() =>
    Deno.connect({ hostname: LOOPBACK, port })
  );

  assertClassifies(cause, REFUSED);
});

Deno.test("toSocketError() gives connectionRefused when node:net is refused", {
  permissions: onLoopback,
}, async () => {
  const peer = net.connect(freedPort(), LOOPBACK);

  const [cause] = await once(peer, "error");

  assertClassifies(cause, REFUSED);
});

Deno.test("toSocketError() gives connectionTimedOut when a signal times out", {
  permissions: onLoopback,
}, async () => {
  const signal = AbortSignal.timeout(1);
  await once(signal, "abort");

  const cause = await assertRejects(() =>
    Deno.connect({ hostname: LOOPBACK, port: freedPort(), signal })
  );

  assertStrictEquals(cause, signal.reason);
  assertClassifies(cause, TIMED_OUT);
});

Deno.test(
  "toSocketError() gives connectionTimedOut when Deno has no code for it",
  {
    permissions: "none",
  },
  () => {
    assertClassifies(new Deno.errors.TimedOut("the peer is silent"), TIMED_OUT);
  },
);

Deno.test("toSocketError() gives connectionResetByPeer when the peer resets", {
  permissions: onLoopback,
}, async () => {
  const [conn, peer] = await connectedPair();
  using _conn = conn;
  await reset(peer);

  const cause = await assertRejects(() => conn.read(new Uint8Array(1)));

  assertClassifies(cause, {
    hresult: HResult.WSAECONNRESET,
    status: SocketErrorStatus.connectionResetByPeer,
    reason: "connection reset by peer",
  });
});

Deno.test(
  "toSocketError() gives softwareCausedConnectionAbort when the pipe is broken",
  {
    permissions: onLoopback,
    // Windows reports a reset where POSIX reports EPIPE.
    ignore: Deno.build.os === "windows",
  },
  async () => {
    const [conn, peer] = await connectedPair();
    using _conn = conn;
    await reset(peer);
    await assertRejects(() => conn.read(new Uint8Array(1)));

    const cause = await assertRejects(() => conn.write(new Uint8Array(1)));

    assertClassifies(cause, {
      hresult: HResult.WSAECONNABORTED,
      status: SocketErrorStatus.softwareCausedConnectionAbort,
      reason: "broken pipe",
    });
  },
);

Deno.test("toSocketError() gives addressAlreadyInUse when the port is taken", {
  permissions: onLoopback,
}, () => {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const { port } = listener.addr;

  const cause = assertThrows(() => Deno.listen({ hostname: LOOPBACK, port }));

  assertClassifies(cause, IN_USE);
});

Deno.test(
  "toSocketError() gives addressAlreadyInUse when node:dgram finds the port taken",
  {
    permissions: onLoopback,
  },
  async () => {
    const first = dgram.createSocket("udp4").bind(0, LOOPBACK);
    await once(first, "listening");
    const second = dgram.createSocket("udp4");
    second.bind(first.address().port, LOOPBACK);

    const [cause] = await once(second, "error");
    first.close();

    assertClassifies(cause, IN_USE);
  },
);

Deno.test(
  "toSocketError() gives cannotAssignRequestedAddress when the address is foreign",
  {
    permissions: { net: ["203.0.113.1"] },
  },
  () => {
    // An address for documentation (RFC 5737), which no machine has.
    const cause = assertThrows(() =>
      Deno.listen({ hostname: "203.0.113.1", port: 0 })
    );

    assertClassifies(cause, NOT_AVAILABLE);
  },
);

Deno.test("toSocketError() gives hostNotFound when the name does not exist", {
  permissions: { net: ["nope.invalid"] },
}, async () => {
  // A name that is never registered (RFC 6761, section 6.4).
  const cause = await assertRejects(() =>
    Deno.connect({ hostname: "nope.invalid", port: 1 })
  );

  assertClassifies(cause, NOT_FOUND);
});

Deno.test("toSocketError() gives hostNotFound when node:dns finds no name", {
  permissions: { net: ["nope.invalid"] },
}, async () => {
  const cause = await assertRejects(() => lookup("nope.invalid"));

  assertClassifies(cause, NOT_FOUND);
});

Deno.test(
  "toSocketError() gives noDataRecordOfRequestedType when a name has no data",
  {
    permissions: onLoopback,
  },
  async () => {
    const cause = await withNameServer(
      0,
      0,
      (nameServer) =>
        assertRejects(() =>
          Deno.resolveDns("_echo._tcp.example", "SRV", { nameServer })
        ),
    );

    assertClassifies(cause, {
      hresult: HResult.WSANO_DATA,
      status: SocketErrorStatus.noDataRecordOfRequestedType,
      reason: "no record of the requested type",
    });
  },
);

Deno.test("toSocketError() gives networkIsUnreachable when there is no route", {
  permissions: { net: ["127.255.255.255"] },
  // Linux refuses TCP to a broadcast address so, before it sends anything.
  ignore: Deno.build.os !== "linux",
}, async () => {
  const cause = await assertRejects(() =>
    Deno.connect({ hostname: "127.255.255.255", port: 1 })
  );

  assertClassifies(cause, {
    hresult: HResult.WSAENETUNREACH,
    status: SocketErrorStatus.networkIsUnreachable,
    reason: "network is unreachable",
  });
});

Deno.test("toSocketError() gives messageTooLong when a datagram is too large", {
  permissions: onLoopback,
}, async () => {
  const socket = dgram.createSocket("udp4").bind(0, LOOPBACK);
  await once(socket, "listening");
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  socket.send(new Uint8Array(70_000), 9, LOOPBACK, resolve);

  const cause = await promise;
  socket.close();

  assertClassifies(cause, TOO_LONG);
});

Deno.test("toSocketError() gives tooManyOpenFiles when descriptors run out", {
  permissions: { read: true, run: ["sh"] },
  // The limit is set by ulimit, of POSIX shells.
  ignore: Deno.build.os === "windows",
}, async () => {
  const limited = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"] as const;

  assertEquals(await probe(limited, "exhaustDescriptors"), {
    hresult: HResult.WSAEMFILE,
    status: SocketErrorStatus.tooManyOpenFiles,
    reason: "too many open files",
  });
});

Deno.test("toSocketError() gives operationAborted when close() ends a read", {
  permissions: onLoopback,
}, async () => {
  const [conn, peer] = await connectedPair();
  const read = conn.read(new Uint8Array(1));
  conn.close();

  const cause = await assertRejects(() => read);
  await once(peer.resume(), "close");

  assertClassifies(cause, ABORTED);
});

Deno.test(
  "toSocketError() gives operationAborted when close() ends an accept",
  {
    permissions: onLoopback,
  },
  async () => {
    const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    const accept = listener.accept();
    listener.close();

    const cause = await assertRejects(() => accept);

    assertClassifies(cause, ABORTED);
  },
);

Deno.test(
  "toSocketError() gives operationAborted when the resource is closed before",
  {
    permissions: onLoopback,
  },
  async () => {
    const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    listener.close();

    const cause = await assertRejects(() => listener.accept());

    assertClassifies(cause, ABORTED);
  },
);

Deno.test(
  "toSocketError() gives operationAborted when node:dgram is closed before",
  {
    permissions: onLoopback,
  },
  () => {
    const socket = dgram.createSocket("udp4");
    socket.close();

    const cause = assertThrows(() => socket.send("x", 9, LOOPBACK));

    assertClassifies(cause, ABORTED);
  },
);

Deno.test("toSocketError() gives operationAborted when a signal aborts", {
  permissions: onLoopback,
}, async () => {
  const cause = await assertRejects(() =>
    Deno.connect({
      hostname: LOOPBACK,
      port: freedPort(),
      signal: AbortSignal.abort(),
    })
  );

  assertClassifies(cause, ABORTED);
});

Deno.test(
  "toSocketError() passes Deno.errors.NotCapable through when Deno denies the network",
  {
    permissions: { net: false },
  },
  async () => {
    const cause = await assertRejects(
      () => Deno.connect({ hostname: LOOPBACK, port: 1 }),
      Deno.errors.NotCapable,
    );

    assertStrictEquals(toSocketError(cause, "Cannot connect"), cause);
    assertEquals(hresultOf(cause), HResult.E_ACCESSDENIED);
  },
);

Deno.test("toSocketError() passes the errors of this library through", {
  permissions: "none",
}, () => {
  const errors = [
    new ArgumentError("a"),
    new BoundsError("b"),
    new ClosedError("c"),
    new InvalidOperationError("i", {
      hresult: HResult.ERROR_INVALID_OPERATION,
    }),
    new SocketError("s", HResult.WSAEHOSTDOWN),
    new WebSocketError("w", HResult.WININET_E_TIMEOUT),
  ];
  for (const error of errors) {
    assertStrictEquals(toSocketError(error, "Cannot do more"), error);
    assertEquals(hresultOf(error), error.hresult);
  }
});

Deno.test("toSocketError() goes by errno when the error has no code", {
  permissions: "none",
  // The number of EMSGSIZE is that of Linux.
  ignore: Deno.build.os !== "linux",
}, () => {
  const node = Object.assign(new Error("sendmmsg failed"), { errno: -90 });

  assertClassifies(node, TOO_LONG);
  assertClassifies(new Error("Message too long (os error 90)"), TOO_LONG);
});

Deno.test("toSocketError() goes by the Winsock error when the number is one", {
  permissions: "none",
}, () => {
  // What Deno on Windows throws for a name that does not exist.
  const cause = Object.assign(
    new Error("No such host is known. (os error 11001)"),
    { code: "ENOENT" },
  );

  assertClassifies(cause, NOT_FOUND);
  assertClassifies(
    new Error("An established connection was aborted (os error 10053)"),
    {
      hresult: HResult.WSAECONNABORTED,
      status: SocketErrorStatus.softwareCausedConnectionAbort,
      reason: "connection aborted",
    },
  );
});

Deno.test(
  "toSocketError() gives E_FAIL and the runtime's words when nothing is known",
  {
    permissions: "none",
  },
  () => {
    const unknown = {
      hresult: HResult.E_FAIL,
      status: SocketErrorStatus.unknown,
    };
    const cases: [unknown, string][] = [
      [new Error("The disk is on fire. (os error 5)"), "The disk is on fire"],
      [new Error("What now?"), "What now?"],
      [new RangeError(""), "RangeError"],
      [Object.assign(new Error("Odd"), { code: "EODD", errno: 12345 }), "Odd"],
      [Object.assign(new Error("Odder"), { code: 111 }), "Odder"],
      ["a string", '"a string"'],
      [undefined, "undefined"],
      [Object.create(null), "[Object: null prototype] {}"],
    ];
    for (const [cause, reason] of cases) {
      assertClassifies(cause, { ...unknown, reason });
    }
  },
);

Deno.test("toSocketError() gives operationAborted for a write of node:net on a destroyed socket", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = net.connect(listener.addr.port, "127.0.0.1");
  await once(socket, "connect");
  const conn = await listener.accept();
  socket.destroy();
  const cause = await new Promise((resolve) =>
    socket.write(new Uint8Array(1), resolve)
  );
  const error = toSocketError(cause, "Cannot write");
  assertEquals(hresultOf(error), HResult.ERROR_OPERATION_ABORTED);
  conn.close();
  listener.close();
});
