import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { HResult, InvalidOperationError, SocketError } from "../../../mod.ts";
import {
  chooseStateDirectory,
  setApplicationName,
} from "../../../sockets/_broker/application.ts";
import {
  claimSocket,
  contextOf,
  heldSockets,
  registeredTasks,
  startBrokerAsync,
  transferSocket,
} from "../../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import {
  newRecord,
  newStateDirectory,
  removeDirectory,
  run,
  TestBroker,
} from "./_broker_process.ts";
import { close, openDatagram, PASSING } from "./_sockets.ts";

/** How many brokers run in a directory: processes with it on their command line. */
async function countBrokers(directory: string): Promise<number> {
  const child = new Deno.Command("sh", {
    args: ["-c", "grep -lsf /dev/stdin /proc/[0-9]*/cmdline"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(directory));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split("\n").length - 1;
}

/** Ends the broker that programs have started, and removes its directory. */
async function endBroker(directory: string): Promise<void> {
  // Others that were started have seen that they are not needed by then.
  while (await countBrokers(directory) > 1);
  const log = await Deno.readTextFile(`${directory}/broker.log`);
  const [, pid] = /a broker, (\d+), listens/.exec(log) ?? [];
  Deno.kill(Number(pid), "SIGTERM");
  while (await countBrokers(directory) > 0);
  await removeDirectory(directory);
}

/** Runs a program, and returns what it prints. */
async function runProgram(
  file: string,
  ...args: readonly string[]
): Promise<string> {
  return await runProgramIn({}, file, ...args);
}

async function runProgramIn(
  env: Readonly<Record<string, string>>,
  file: string,
  ...args: readonly string[]
): Promise<string> {
  const [flags, rest] = [
    args.filter((argument) => argument.startsWith("--")),
    args.filter((argument) => !argument.startsWith("--")),
  ];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      ...flags,
      new URL(file, import.meta.url).href,
      ...rest,
    ],
    env,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test(
  "Programs that need a broker at once start one, which outlives them",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    const printed = await Promise.all([1, 2, 3].map(() =>
      runProgram(
        "./_registering_app.ts",
        "--allow-ffi",
        "--allow-run=deno",
        directory,
      )
    ));
    assertEquals(printed.toSorted().at(-1), "3");
    chooseStateDirectory(directory);
    setApplicationName("test");
    assertEquals(registeredTasks().length, 3);
    const log = await Deno.readTextFile(`${directory}/broker.log`);
    assertEquals(log.match(/listens on/g)?.length, 1);
    await endBroker(directory);
  },
);

Deno.test(
  "A broker is started where the environment has libraries to load",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    const printed = await runProgramIn(
      { LD_LIBRARY_PATH: "/nowhere" },
      "./_registering_app.ts",
      "--allow-ffi",
      "--allow-run=deno",
      directory,
    );
    assertEquals(printed, "1");
    await endBroker(directory);
  },
);

Deno.test(
  "startBrokerAsync() starts a broker, and then uses it",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    chooseStateDirectory(directory);
    await startBrokerAsync();
    await startBrokerAsync();
    assertEquals(heldSockets(), []);
    await endBroker(directory);
  },
);

Deno.test(
  "A broker that fails when it starts is not waited for, and tells why",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    await run(
      "mkdir",
      "-m",
      "700",
      "-p",
      directory,
      `${directory}/broker.lock`,
    );
    chooseStateDirectory(directory);
    const message = "a broker was started and has failed: Is a directory";
    const start = performance.now();
    const error = assertThrows(() => registeredTasks(), SocketError, message);
    assertEquals(error.hresult, HResult.E_FAIL);
    await assertRejects(startBrokerAsync, SocketError, message);
    assert(performance.now() - start < 10_000);
    await removeDirectory(directory);
  },
);

Deno.test("transferSocket() tells what it takes to start a broker", {
  permissions: { ffi: true },
  ignore: PASSING.ignore === true,
}, async () => {
  chooseStateDirectory("/tmp/winrt-no-broker");
  const { descriptor } = openDatagram();
  const message =
    'no broker runs in "/tmp/winrt-no-broker", and it takes --allow-run=deno to start one; "deno task broker" runs it by hand';
  for (
    const call of [
      () => transferSocket(newRecord("a"), [descriptor]),
      () => registeredTasks(),
    ]
  ) {
    const error = assertThrows(call, InvalidOperationError, message);
    assertEquals(error.hresult, HResult.E_ACCESSDENIED);
  }
  await assertRejects(startBrokerAsync, InvalidOperationError, message);
  close(descriptor);
  chooseStateDirectory(null);
});

Deno.test("Without a broker there are no sockets", {
  permissions: { ffi: true },
  ignore: PASSING.ignore === true,
}, () => {
  chooseStateDirectory("/tmp/winrt-no-broker");
  assertEquals(heldSockets(), []);
  const kind = SocketActivityKind.streamSocket;
  for (const call of [() => claimSocket("a", kind), () => contextOf("a")]) {
    assertThrows(call, InvalidOperationError, "holds no such socket");
  }
  chooseStateDirectory("/dev/null");
  assertEquals(heldSockets(), []);
  chooseStateDirectory(null);
});

Deno.test("Without native calls there is no broker, and each call tells so", {
  permissions: { read: true, run: true },
}, async () => {
  const lines = (await runProgram("./_without_ffi.ts")).trim().split("\n");
  assertEquals(lines.length, 8);
  for (const line of lines) {
    assertStringIncludes(line, `${HResult.ERROR_NOT_SUPPORTED} Cannot `);
    assertStringIncludes(line, "it needs native calls");
  }
});

Deno.test(
  "A broker ends when it was idle for long, and holds nothing",
  PASSING,
  async () => {
    await using broker = await TestBroker.start(["--exit-when-idle=1"]);
    const { descriptor } = openDatagram();
    const kind = SocketActivityKind.datagramSocket;
    transferSocket(newRecord("a", { kind }), [descriptor]);
    close(descriptor, ...claimSocket("a", kind).descriptors);
    assertEquals((await broker.child.status).success, true);
    assertStringIncludes(broker.log, "the broker has nothing to do");
    assertEquals(heldSockets(), []);
  },
);

Deno.test(
  "A second broker in a directory leaves it to the first",
  PASSING,
  async () => {
    await using first = await TestBroker.start();
    const second = new TestBroker([], first.directory, true);
    assertEquals((await second.child.status).code, 0);
    await second.logged(/another one runs in/);
    assertEquals(heldSockets(), []);
  },
);

Deno.test(
  "A broker refuses a directory that others may enter",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    await run("mkdir", "-m", "755", directory);
    const broker = new TestBroker([], directory, false);
    await broker.logged(/others may enter it: its mode must be 0700/);
    assertEquals((await broker.child.status).code, 1);
    await broker[Symbol.asyncDispose]();
  },
);

Deno.test(
  "A broker that cannot read its tasks goes on without them",
  PASSING,
  async () => {
    const directory = newStateDirectory();
    await run("mkdir", "-p", "-m", "700", directory, `${directory}/tasks.json`);
    await using broker = await TestBroker.start([], directory);
    await broker.logged(/the registered tasks cannot be read, and are gone/);
    assertEquals(registeredTasks(), []);
  },
);

Deno.test(
  "A broker that does not answer is waited for, and not for ever",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    broker.child.kill("SIGSTOP");
    const { descriptor } = openDatagram();
    const error = assertThrows(
      () => transferSocket(newRecord("a"), [descriptor]),
      SocketError,
      'Cannot transfer the socket "a": the broker does not answer',
    );
    assertEquals(error.hresult, HResult.WSAETIMEDOUT);
    close(descriptor);
    broker.child.kill("SIGCONT");
    // It reads that request before this one, and cannot answer it.
    assertEquals(heldSockets(), []);
  },
);
