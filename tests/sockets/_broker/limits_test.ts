import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ArgumentError,
  HResult,
  InvalidOperationError,
  SocketError,
} from "../../../mod.ts";
import {
  chooseStateDirectory,
  setApplicationName,
} from "../../../sockets/_broker/application.ts";
import {
  claimSocket,
  contextOf,
  heldSockets,
  registeredTasks,
  registerTask,
  type TransferRecord,
  transferSocket,
  unregisterTask,
} from "../../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import {
  newRecord,
  newStateDirectory,
  run,
  TestBroker,
} from "./_broker_process.ts";
import { close, isOpen, openDatagram, PASSING } from "./_sockets.ts";
import { registerTestTask } from "./_task_reports.ts";

const KIND = SocketActivityKind.datagramSocket;

/** Hands over a datagram socket, which is closed here in any case. */
function transfer(id: string, changes: Partial<TransferRecord> = {}): void {
  const { descriptor } = openDatagram();
  try {
    transferSocket(newRecord(id, { kind: KIND, ...changes }), [descriptor]);
  } finally {
    assert(isOpen(descriptor));
    close(descriptor);
  }
}

/** How many descriptors of this process are open, of the first ones. */
function countDescriptors(): number {
  return Array.from({ length: 2_000 }, (_, i) => i).filter(isOpen).length;
}

/** Asserts that the state of things does not allow a call. */
function assertNow(
  call: () => unknown,
  message: string,
  hresult: number,
): void {
  const error = assertThrows(call, InvalidOperationError, message);
  assertEquals(error.hresult, hresult);
}

Deno.test(
  "transferSocket() refuses an id that is in use, and a task that is not known",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    transfer("a");
    assertNow(
      () => transfer("a"),
      'Cannot transfer the socket "a": the broker holds a socket of that id',
      HResult.E_ILLEGAL_METHOD_CALL,
    );
    assertNow(
      () => transfer("b", { taskId: crypto.randomUUID() }),
      'Cannot transfer the socket "b": no background task is registered',
      HResult.ERROR_NOT_FOUND,
    );
    assertEquals(heldSockets(), [{ id: "a", kind: KIND, taskId: null }]);
  },
);

Deno.test(
  "transferSocket() refuses more sockets than the broker may hold",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start(["--max-sockets=2"]);
    transfer("a");
    transfer("b");
    const error = assertThrows(
      () => transfer("c"),
      SocketError,
      'Cannot transfer the socket "c": the broker holds as many as it may',
    );
    assertEquals(error.hresult, HResult.WSAENOBUFS);
    close(...claimSocket("a", KIND).descriptors);
    transfer("c");
  },
);

Deno.test(
  "transferSocket() refuses what is not acceptable before it asks a broker",
  {
    permissions: { ffi: true },
    ignore: PASSING.ignore === true,
  },
  () => {
    chooseStateDirectory("/tmp/no-broker");
    const cases: readonly [Partial<TransferRecord>, string][] = [
      [{ id: "" }, 'Cannot transfer the socket "": an id has 1 to 256'],
      [{ id: "x".repeat(257) }, "an id has 1 to 256 characters"],
      [{ kind: SocketActivityKind.none }, "it is of no kind"],
      [
        { context: new Uint8Array(65_537) },
        'has "65537" bytes, more than 65536',
      ],
      [{ keepAliveTime: -1 }, 'the keep-alive time "-1" is no number'],
      [{ keepAliveTime: NaN }, 'the keep-alive time "NaN" is no number'],
      [{ keepAliveTime: Infinity }, 'time "Infinity" is no number'],
      [
        { unread: new Uint8Array(2 ** 23 + 1) },
        '"8388609" bytes were received',
      ],
    ];
    for (const [changes, message] of cases) {
      assertThrows(() => transfer("a", changes), ArgumentError, message);
    }
    for (const descriptors of [[], new Array<number>(17).fill(0)]) {
      assertThrows(
        () => transferSocket(newRecord("a"), descriptors),
        ArgumentError,
        `it has "${descriptors.length}" descriptors, not 1 to 16`,
      );
    }
    chooseStateDirectory(null);
  },
);

Deno.test(
  "claimSocket() refuses another kind and another id",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    transfer("a");
    assertNow(
      () => claimSocket("a", SocketActivityKind.streamSocket),
      'Cannot take the socket "a": the broker holds a socket of another kind',
      HResult.E_ILLEGAL_METHOD_CALL,
    );
    for (const call of [() => claimSocket("b", KIND), () => contextOf("b")]) {
      assertNow(call, "holds no such socket", HResult.ERROR_NOT_FOUND);
    }
    close(...claimSocket("a", KIND).descriptors);
    assertNow(
      () => claimSocket("a", KIND),
      "holds no such socket",
      HResult.ERROR_NOT_FOUND,
    );
  },
);

Deno.test(
  "claimSocket() gives what transferSocket() was given",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    const record = newRecord("a ☎", {
      kind: KIND,
      context: crypto.getRandomValues(new Uint8Array(65_536)),
      unread: crypto.getRandomValues(new Uint8Array(65_536)),
      keepAliveTime: 1e12,
      details: '{"a":1}',
    });
    const sockets = Array.from({ length: 16 }, openDatagram);
    const descriptors = sockets.map(({ descriptor }) => descriptor);
    transferSocket(record, descriptors);
    assertEquals(contextOf("a ☎"), record.context);
    const claimed = claimSocket("a ☎", KIND);
    assertEquals(claimed.record, record);
    assertEquals(claimed.descriptors.length, 16);
    close(...descriptors, ...claimed.descriptors);
  },
);

Deno.test(
  "An application sees its own sockets and tasks alone",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    transfer("a");
    const taskId = registerTestTask();
    setApplicationName("other");
    assertEquals(heldSockets(), []);
    assertEquals(registeredTasks(), []);
    assertNow(
      () => claimSocket("a", KIND),
      "holds no such socket",
      HResult.ERROR_NOT_FOUND,
    );
    assertNow(
      () => unregisterTask(taskId, false),
      `Cannot unregister the task "${taskId}": no background task`,
      HResult.ERROR_NOT_FOUND,
    );
    transfer("a");
    setApplicationName("test");
    assertEquals(heldSockets().length, 1);
  },
);

Deno.test(
  "registerTask() refuses an id that is in use, and what is no permission",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    const taskId = registerTestTask();
    const [task] = registeredTasks();
    assert(task !== undefined);
    assertEquals(task.taskId, taskId);
    // A program may ask for the same again.
    registerTask(task);
    assertEquals(registeredTasks(), [task]);
    assertThrows(
      () => registerTask({ ...task, name: "another one" }),
      InvalidOperationError,
      "another background task is registered under that id",
    );
    assertThrows(
      () => registerTask({ ...task, entryPoint: "data:,".padEnd(70_000) }),
      ArgumentError,
      "more than 65536 characters",
    );
    assertNow(
      () => registerTask({ ...task, taskId: "x", flags: ["--allow-all"] }),
      "the broker is of another version",
      HResult.ERROR_NOT_SUPPORTED,
    );
  },
);

Deno.test("registerTask() tells when the broker cannot write", {
  ...PASSING,
  permissions: { ffi: true, net: ["127.0.0.1"], read: true, run: true },
}, async () => {
  await using broker = await TestBroker.start();
  // What is to be replaced is a directory then.
  const path = `${broker.directory}/tasks.json`;
  await run("mkdir", path);
  const error = assertThrows(
    () => registerTestTask(),
    SocketError,
    "the broker cannot write to its state directory",
  );
  assertEquals(error.hresult, HResult.E_FAIL);
  assertEquals(registeredTasks(), []);
});

Deno.test(
  "A broker without descriptors says so, and goes on",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    await using broker = new TestBroker([], directory, false, 100);
    await broker.logged(/ listens on /);
    const { descriptor } = openDatagram();
    const descriptors = new Array<number>(16).fill(descriptor);
    let count = 0;
    const error = assertThrows(
      () => {
        for (; count < 10; count++) {
          transferSocket(newRecord(`${count}`, { kind: KIND }), descriptors);
        }
      },
      SocketError,
      "the broker cannot open more descriptors",
    );
    assertEquals(error.hresult, HResult.WSAEMFILE);
    assertEquals(heldSockets().length, count);
    close(...claimSocket("0", KIND).descriptors);
    transferSocket(newRecord("0", { kind: KIND }), descriptors);
    close(descriptor);
  },
);

Deno.test("200 transfers and claims leak no descriptor", PASSING, async () => {
  // With so few it could not leak one each.
  const directory = newStateDirectory();
  await using broker = new TestBroker([], directory, false, 100);
  await broker.logged(/ listens on /);
  const before = countDescriptors();
  let { descriptor } = openDatagram();
  for (let i = 0; i < 200; i++) {
    transferSocket(newRecord("a", { kind: KIND }), [descriptor]);
    close(descriptor);
    [descriptor = -1] = claimSocket("a", KIND).descriptors;
  }
  close(descriptor);
  // The runtime opens and closes some of its own meanwhile.
  assert(countDescriptors() < before + 100);
});
