import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { Child, type Command, type Outcome } from "../examples/_child.ts";
import type { Cable, Side } from "./_network_namespace.ts";

const SIDES: readonly Side[] = ["near", "far"];
const RELAY = fileURLToPath(new URL("_delay_packets.py", import.meta.url));

/** A link between two namespaces on which packets take a time, each way. */
export class DelayedLink implements AsyncDisposable {
  readonly #relay: Child | null;
  /** The address of the far side. */
  readonly farHost: string;

  private constructor(relay: Child | null, farHost: string) {
    this.#relay = relay;
    this.farHost = farHost;
  }

  /**
   * Makes one of a cable, or beside it where the kernel cannot delay packets.
   *
   * @param delay How long packets take each way, in milliseconds.
   */
  static async over(cable: Cable, delay: number): Promise<DelayedLink> {
    const netem = ["root", "netem", "delay", `${delay}ms`];
    for (const side of SIDES) {
      const { code, stderr } = await outcomeOf(
        cable.at(side, ["tc", "qdisc", "add", "dev", side, ...netem]),
      );
      if (stderr.includes("qdisc kind is unknown")) {
        return await DelayedLink.#beside(cable, delay);
      }
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
    }
    return new DelayedLink(null, "10.9.8.2");
  }

  static async #beside(cable: Cable, delay: number): Promise<DelayedLink> {
    const pid = cable.pidOf("far");
    const relay = new Child(
      cable.at("near", ["/usr/bin/python3", RELAY, `${delay / 1000}`, pid]),
    );
    await relay.stdout.match(/^ready\n/);
    for (const [index, side] of SIDES.entries()) {
      const device = `slow-${side}`;
      const address = `10.9.7.${index + 1}/24`;
      await run(
        cable.at(side, ["ip", "address", "add", address, "dev", device]),
      );
      await run(cable.at(side, ["ip", "link", "set", device, "up"]));
    }
    return new DelayedLink(relay, "10.9.7.2");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#relay === null) return;
    await this.#relay.endInput();
    const { code, stderr } = await this.#relay.outcome();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  }
}

async function run(command: Command): Promise<void> {
  const { code, stderr } = await outcomeOf(command);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

async function outcomeOf(command: Command): Promise<Outcome> {
  await using child = new Child(command);
  await child.endInput();
  return await child.outcome();
}
