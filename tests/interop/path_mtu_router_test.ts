import { assertEquals } from "@std/assert";
import { Child, type Command } from "../examples/_child.ts";
import { Cable } from "./_network_namespace.ts";
import { denoCommand } from "./_peers.ts";

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

/** The far side, in each family. */
const FAR = { IPv4: "10.9.8.2", IPv6: "fd09::2" } as const;
/** The MTU of Ethernet, less the headers of IPv6 (40) and UDP (8). */
const LARGEST_OF_IPV6 = 1452;

/** What is sent last tells that nothing sent before is still under way. */
const LAST = 7;

/** Runs a command in a namespace, to its end. */
async function run(command: Command): Promise<void> {
  const child = new Child(command);
  await child.endInput();
  const { code, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

/** A program that sends batches, and prints what becomes of each datagram. */
class Sender implements AsyncDisposable {
  readonly #child: Child;
  #lines = 0;

  /** @param args What `_path_mtu.ts` takes behind `send`. */
  constructor(cable: Cable, ...args: string[]) {
    const command = denoCommand(
      ["--allow-ffi"],
      "_path_mtu.ts",
      "send",
      ...args,
    );
    this.#child = new Child(cable.at("near", command));
  }

  /** Sends a batch, or does what it is told to; returns what it prints. */
  async run(line: string): Promise<readonly string[]> {
    await this.#child.write(`${line}\n`);
    const pattern = new RegExp(
      `(?:.*\n){${this.#lines}}([^]*)^done ${line}\n`,
      "m",
    );
    const output = await this.#match(pattern);
    const lines = output.split("\n").slice(0, -1);
    this.#lines += lines.length + 1;
    return lines;
  }

  async #match(pattern: RegExp): Promise<string> {
    try {
      return await this.#child.stdout.match(pattern);
    } catch (cause) {
      const { stderr } = await this.#child.outcome();
      throw new Error(`The program has failed: ${stderr}`, { cause });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}

/** A program that prints the sizes of what it receives. */
class Receiver implements AsyncDisposable {
  readonly #child: Child;
  readonly port: string;

  private constructor(child: Child, port: string) {
    this.#child = child;
    this.port = port;
  }

  static async start(
    host: string,
    wrap: (command: Command) => Command,
  ): Promise<Receiver> {
    const command = denoCommand([], "_path_mtu.ts", "receive", host);
    const child = new Child(wrap(command));
    return new Receiver(child, await child.stdout.match(/^port (\d+)\n/));
  }

  /** Waits until it has received so many, so that its buffer has room. */
  async hasReceived(count: number): Promise<void> {
    await this.#child.stdout.match(
      new RegExp(`^port.*\n(?:\\d+ received\n){${count}}`, "m"),
    );
  }

  /** All that it has received, once it has received what was sent last. */
  async received(): Promise<readonly string[]> {
    const output = await this.#child.stdout.match(
      new RegExp(`^port.*\n([^]*)^${LAST} received\n`, "m"),
    );
    return output.split("\n").slice(0, -1);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}

/** What becomes of datagrams that may not be too long. */
function outcomes(
  sizes: readonly number[],
  largest: number,
): { sent: readonly string[]; received: readonly string[] } {
  const isSent = (size: number): boolean => size <= largest;
  return {
    sent: sizes.map((size) =>
      `${size} ${isSent(size) ? "sent" : "messageTooLong"}`
    ),
    received: sizes.filter(isSent).map((size) => `${size} received`),
  };
}

const OVER = LARGEST_OF_IPV6 + 1;
/** Batches, each of which goes by other system calls. */
const BATCHES: readonly (readonly number[])[] = [
  [LARGEST_OF_IPV6],
  [OVER],
  [100, OVER, LARGEST_OF_IPV6, 0, OVER, 1],
  // What the kernel cuts, and what it does not.
  Array(20).fill(LARGEST_OF_IPV6),
  Array(20).fill(OVER),
  [
    ...Array(10).fill(LARGEST_OF_IPV6),
    ...Array(10).fill(OVER),
    ...Array(10).fill(1000),
    ...[OVER, 5, OVER],
  ],
  [OVER, OVER, OVER, LARGEST_OF_IPV6, 3],
  [65_507, 4000, 4000, 4000, LARGEST_OF_IPV6],
];

for (const flags of [["whole"], []]) {
  const [name, limit, does] = flags.length > 0
    ? ["with", LARGEST_OF_IPV6, "rejects what the path does not take"]
    : ["without", Infinity, "sends in pieces what the path does not take"];

  Deno.test(
    `DatagramSocket ${name} dontFragment ${does}, and sends the others, by IPv6`,
    { permissions },
    async () => {
      await using cable = await Cable.lay();
      await using receiver = await Receiver.start(
        FAR.IPv6,
        (command) => cable.at("far", command),
      );
      const { port } = receiver;
      await using sender = new Sender(cable, ...flags, FAR.IPv6, port);
      const arrived: string[] = [];
      for (const sizes of BATCHES) {
        const { sent, received } = outcomes(sizes, limit);
        assertEquals(await sender.run(sizes.join(" ")), sent);
        arrived.push(...received);
        await receiver.hasReceived(arrived.length);
      }
      await sender.run(`${LAST}`);
      assertEquals(await receiver.received(), arrived);
    },
  );
}

for (const [name, far] of Object.entries(FAR)) {
  Deno.test(
    `DatagramSocket that is connected gets a message when no program has the port, by ${name}`,
    { permissions },
    async () => {
      await using cable = await Cable.lay();
      // No program of the namespace has it.
      await using sender = new Sender(cable, far, "9");
      for (let i = 0; i < 3; i++) {
        // What is sent is sent: that nobody listens is told by the message.
        assertEquals(await sender.run("10"), ["10 sent"]);
        const [message] = await sender.run("next");
        assertEquals(message, `message connectionResetByPeer from ${far}`);
      }
      // A run that the kernel cuts, and nobody asks before the next one.
      const run = Array(10).fill(100);
      assertEquals(await sender.run(run.join(" ")), run.map(() => "100 sent"));
      assertEquals(await sender.run(run.join(" ")), run.map(() => "100 sent"));
    },
  );
}

/** What is beyond the far side, by a cable that takes 1300 bytes at a time. */
class NarrowHop implements AsyncDisposable {
  static readonly address = "10.9.7.2";
  static readonly largest = 1272;
  readonly #keeper: Child;
  readonly #pid: string;

  private constructor(keeper: Child, pid: string) {
    this.#keeper = keeper;
    this.#pid = pid;
  }

  /** Lays it behind a cable, whose far side becomes a router. */
  static async lay(cable: Cable): Promise<NarrowHop> {
    const script = `
      in_far() { nsenter -t $PPID -n "$@"; }
      in_far ip link add narrow type veth peer name end netns $$
      in_far ip link set narrow mtu 1300 up
      in_far ip address add 10.9.7.1/24 dev narrow
      in_far sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
      ip address add ${NarrowHop.address}/24 dev end
      ip link set end up
      ip route add default via 10.9.7.1
      echo $$
      cat`;
    const keeper = new Child(cable.at("far", [
      "sh",
      ...["-c", 'unshare -n sh -ec "$1"; :', "sh", script],
    ]));
    const pid = await keeper.stdout.match(/^(\d+)\n/);
    const route = ["route", "add", "10.9.7.0/24", "via", "10.9.8.2"];
    await run(cable.at("near", ["ip", ...route]));
    return new NarrowHop(keeper, pid);
  }

  /** The command that runs another one there. */
  at(command: Command): Command {
    const flags = Deno.uid() === 0
      ? ["-n"]
      : ["-n", "-U", "--preserve-credentials"];
    return ["nsenter", "-t", this.#pid, ...flags, ...command];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper.endInput();
    await this.#keeper.outcome();
  }
}

for (const flags of [["whole"], []]) {
  const name = flags.length > 0 ? "with" : "without";

  Deno.test(
    `DatagramSocket ${name} dontFragment rejects no datagram for another one that a router has dropped`,
    { permissions },
    async () => {
      await using cable = await Cable.lay();
      await using hop = await NarrowHop.lay(cable);
      const { address, largest } = NarrowHop;
      await using receiver = await Receiver.start(
        address,
        (command) => hop.at(command),
      );
      await using sender = new Sender(cable, ...flags, address, receiver.port);
      // It fits the cable. The router drops it, and says why (RFC 1191).
      assertEquals(await sender.run("1472"), ["1472 sent"]);
      // Now the system knows the path; and the next one fits it.
      assertEquals(await sender.run("100"), ["100 sent"]);
      const sizes = [largest, largest + 1, 200, 1472, 1472, 1472, 300];
      const limit = flags.length > 0 ? largest : Infinity;
      const { sent, received } = outcomes(sizes, limit);
      assertEquals(await sender.run(sizes.join(" ")), sent);
      await sender.run(`${LAST}`);
      assertEquals(await receiver.received(), ["100 received", ...received]);
    },
  );
}

Deno.test(
  "DatagramSocket that is connected sends on after a router has refused a datagram",
  { permissions },
  async () => {
    await using cable = await Cable.lay();
    await using hop = await NarrowHop.lay(cable);
    const { address } = NarrowHop;
    await using receiver = await Receiver.start(
      address,
      (command) => hop.at(command),
    );
    const prohibit = ["route", "add", "prohibit", `${address}/32`];
    await run(cable.at("far", ["ip", ...prohibit]));
    await using sender = new Sender(cable, address, receiver.port);
    assertEquals(await sender.run("10"), ["10 sent"]);
    prohibit[1] = "del";
    await run(cable.at("far", ["ip", ...prohibit]));
    assertEquals(await sender.run("20 30"), ["20 sent", "30 sent"]);
    await sender.run(`${LAST}`);
    assertEquals(await receiver.received(), ["20 received", "30 received"]);
  },
);
