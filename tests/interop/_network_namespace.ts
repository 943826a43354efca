import { Child, type Command } from "../examples/_child.ts";

/**
 * The command that runs the command which its arguments are in a network and
 * mount namespace of its own, which reaches nothing but itself.
 *
 * It takes util-linux and iproute2, and either root or user namespaces.
 *
 * @param setup Shell commands that prepare the namespace.
 * @returns The command.
 */
export function inNetworkNamespace(setup: string): [string, ...string[]] {
  const script = `set -e; ip link set lo up; ${setup}; exec "$@"`;
  // Where root cannot make user namespaces, as in many containers, it does not
  // need one.
  const flags = Deno.uid() === 0 ? "-nm" : "-rnm";
  return ["unshare", flags, "sh", "-c", script, "sh"];
}

/** A side of a cable: `near` is 10.9.8.1, `far` is 10.9.8.2 and 10.9.8.3. */
export type Side = "near" | "far";

/**
 * Two network namespaces with a cable between them (veth(4)). In IPv6, `near` is
 * fd09::1, and `far` is fd09::2 and fd09::3.
 */
export class Cable implements AsyncDisposable {
  readonly #keeper: Child;
  readonly #pids: Readonly<Record<Side, string>>;

  private constructor(keeper: Child, near: string, far: string) {
    this.#keeper = keeper;
    this.#pids = { near, far };
  }

  /** Lays the cable. */
  static async lay(): Promise<Cable> {
    // The far side ends when the input of both does.
    const far = `
      in_near() { nsenter -t $PPID -n "$@"; }
      in_near ip link add near type veth peer name far netns $$
      in_near ip address add 10.9.8.1/24 dev near
      in_near ip -6 address add fd09::1/64 dev near nodad
      in_near ip link set near up
      in_near ip route add 224.0.0.0/4 dev near
      ip address add 10.9.8.2/24 dev far
      ip address add 10.9.8.3/24 dev far
      for host in 2 3; do
        ip -6 address add fd09::$host/64 dev far nodad
      done
      ip link set far up
      ip -6 route add multicast ff00::/8 dev far table local
      echo "$PPID $$"
      cat`;
    const command = inNetworkNamespace(":");
    const keeper = new Child([
      ...command,
      "sh",
      "-c",
      'unshare -n sh -ec "$1"; :',
      "sh",
      far,
    ]);
    const pids = await keeper.stdout.match(/^(\d+ \d+)\n/);
    const [nearId = "", farId = ""] = pids.split(" ");
    return new Cable(keeper, nearId, farId);
  }

  /** A process that is in the namespace of a side. */
  pidOf(side: Side): string {
    return this.#pids[side];
  }

  /** The command that runs another one at a side of the cable. */
  at(side: Side, command: Command): Command {
    const flags = Deno.uid() === 0
      ? ["-n"]
      : ["-n", "-U", "--preserve-credentials"];
    return ["nsenter", "-t", this.#pids[side], ...flags, ...command];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper.endInput();
    await this.#keeper.outcome();
  }
}
