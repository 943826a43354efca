import { assert, assertEquals } from "@std/assert";
import {
  claimSocket,
  heldSockets,
  transferSocket,
} from "../../sockets/_broker/broker_client.ts";
import { SocketActivityKind } from "../../sockets/broker/socket_activity_kind.ts";
import { newRecord, TestBroker } from "../sockets/_broker/_broker_process.ts";
import {
  close,
  native,
  openDatagram,
  openStream,
  PASSING,
  writeText,
} from "../sockets/_broker/_sockets.ts";
import {
  registerTestTask,
  TaskReports,
} from "../sockets/_broker/_task_reports.ts";

const KIND = SocketActivityKind.datagramSocket;
/** Of `proc_pid_stat(5)`: user and system time, in ticks of 10 ms. */
const UTIME = 13;
const TICK = 10;

async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout);
}

async function countDescriptors(pid: number): Promise<number> {
  return (await run("ls", `/proc/${pid}/fd`)).trim().split("\n").length;
}

/** The processor time of a process, in milliseconds. */
async function processorTime(pid: number): Promise<number> {
  const fields = (await run("cat", `/proc/${pid}/stat`)).split(" ");
  return TICK * (Number(fields[UTIME]) + Number(fields[UTIME + 1]));
}

/** The lowest number that is free: nothing else runs in this process. */
function nextDescriptor(): number {
  const next = native().call.dup(0);
  close(next);
  return next;
}

Deno.test(
  "10,000 transfers and claims leak no descriptor",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    const { pid } = broker.child;
    let { descriptor } = openDatagram();
    const record = newRecord("a", { kind: KIND, context: new Uint8Array(100) });
    const move = (): void => {
      transferSocket(record, [descriptor]);
      close(descriptor);
      [descriptor = -1] = claimSocket("a", KIND).descriptors;
    };
    move();
    const before = await countDescriptors(pid);
    const next = nextDescriptor();
    for (let i = 0; i < 10_000; i++) move();
    assert(nextDescriptor() <= next);
    assertEquals(await countDescriptors(pid), before);
    close(descriptor);
  },
);

Deno.test(
  "1,000 sockets in the broker take no processor time",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    const taskId = registerTestTask();
    const { pid } = broker.child;
    for (let i = 0; i < 1_000; i++) {
      const { descriptor } = openDatagram();
      transferSocket(newRecord(`${i}`, { kind: KIND, taskId }), [descriptor]);
      close(descriptor);
    }
    assertEquals(heldSockets().length, 1_000);
    const before = await processorTime(pid);
    const seconds = 5;
    await new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
    const used = await processorTime(pid) - before;
    assert(used <= 5 * TICK, `${used} ms in ${seconds} s`);
  },
);

Deno.test(
  "A task starts within a second, and so do ten at once",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    using reports = new TaskReports();
    const taskId = registerTestTask();
    const context = reports.context("answer");
    const peers: Deno.Conn[] = [];
    for (let i = 0; i < 10; i++) {
      const { descriptor, peer } = await openStream();
      transferSocket(newRecord(`${i}`, { taskId, context }), [descriptor]);
      close(descriptor);
      peers.push(peer);
    }
    const [first, ...others] = peers;
    const start = performance.now();
    if (first) await writeText(first, "x");
    using task = await reports.next();
    const time = performance.now() - start;
    assert(time < 1_000, `${time} ms`);
    await task.ended();
    for (const peer of others) await writeText(peer, "x");
    for (const _ of others) {
      using task = await reports.next();
      await task.ended();
    }
    for (const peer of peers) peer.close();
  },
);
