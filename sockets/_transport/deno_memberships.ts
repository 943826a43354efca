import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { toSocketError } from "../../errors/_classify.ts";
import { isIPv4 } from "../addressing/_ip_address.ts";
import { adapterAddresses } from "./adapter.ts";
import type { GroupMembership } from "./datagram_transport.ts";
import { membershipAction, setting } from "./portable_datagram.ts";

type Membership = Deno.MulticastV4Membership | Deno.MulticastV6Membership;

interface Joined {
  /** Null until the runtime has answered. */
  membership: Membership | null;
}

/** No group is called so. */
const OPTIONS = "options";

/**
 * Groups that each host is in already, so that the network learns of no change:
 * RFC 1112, section 4, and RFC 4291, section 2.7.1.
 */
const ALL_HOSTS = { group: "224.0.0.1", address: "127.0.0.1" };
const ALL_NODES = { group: "ff01::1", index: 1 };

/**
 * The groups of a `Deno.listenDatagram` socket, and the options that the
 * runtime sets by the membership of one, though they are the socket's.
 */
export class DenoMemberships {
  readonly #conn: Deno.DatagramConn;
  readonly #tell: (error: Error) => void;
  readonly #joined = new Map<string, Joined>();
  /** The last operation of each group, and of the options, until it is done. */
  readonly #running = new Map<string, Promise<void>>();

  /** @param tell Called with failures, which the runtime tells later. */
  constructor(conn: Deno.DatagramConn, tell: (error: Error) => void) {
    this.#conn = conn;
    this.#tell = tell;
  }

  /** Resolves when the options are set; null if they are. */
  get pending(): Promise<void> | null {
    return this.#running.get(OPTIONS) ?? null;
  }

  /**
   * Joins at once, or when a leave that is still going has ended. What the
   * system refuses is told later; then the group may be joined again.
   */
  join(membership: GroupMembership): void {
    const { source } = membership;
    const action = membershipAction("join", membership);
    if (source !== undefined) {
      throw needsNativeCalls(`${action} from the source "${source}"`);
    }
    const key = keyOf(membership);
    if (this.#joined.has(key)) {
      const cause = new Deno.errors.AddrInUse("Joined already");
      throw toSocketError(cause, action);
    }
    const join = this.#joiner(membership);
    const joined: Joined = { membership: null };
    this.#joined.set(key, joined);
    this.#run(key, action, async () => {
      try {
        joined.membership = await join();
      } catch (error) {
        if (this.#joined.get(key) === joined) this.#joined.delete(key);
        throw error;
      }
    });
  }

  leave(membership: GroupMembership): void {
    const action = membershipAction("leave", membership);
    const key = keyOf(membership);
    const joined = this.#joined.get(key);
    if (joined === undefined) {
      const cause = new Deno.errors.AddrNotAvailable("Not joined");
      throw toSocketError(cause, action);
    }
    this.#joined.delete(key);
    this.#run(key, action, async () => {
      // A join that has failed has told so.
      await joined.membership?.leave();
    });
  }

  setLoopback(family: "IPv4" | "IPv6", loopback: boolean): void {
    this.#run(
      OPTIONS,
      setting("multicast loopback", loopback),
      () =>
        family === "IPv4"
          ? this.#withIPv4((membership) => membership.setLoopback(loopback))
          : this.#withIPv6((membership) => membership.setLoopback(loopback)),
    );
  }

  /** How far what is sent to IPv4 groups goes; IPv6 has no such call. */
  setHopLimit(limit: number): void {
    this.#run(
      OPTIONS,
      setting("multicast hop limit", limit),
      () => this.#withIPv4((membership) => membership.setTTL(limit)),
    );
  }

  /** How to join; throws at once if the adapter cannot be used. */
  #joiner({ group, adapter }: GroupMembership): () => Promise<Membership> {
    if (isIPv4(group)) {
      const address = ipv4Of(adapter);
      return () => this.#conn.joinMulticastV4(group, address);
    }
    const index = indexOf(adapter);
    return () => this.#conn.joinMulticastV6(group, index);
  }

  /**
   * Runs operations of one key one at a time, since the runtime would refuse to
   * join a group that is still being left. The first of them starts at once, so
   * that what is sent next comes after it.
   */
  #run(key: string, action: string, operation: () => Promise<void>): void {
    const before = this.#running.get(key);
    const started = before === undefined ? operation() : before.then(operation);
    const running = started
      .catch((error) => this.#tell(toSocketError(error, action)))
      .then(() => {
        if (this.#running.get(key) === running) this.#running.delete(key);
      });
    this.#running.set(key, running);
  }

  async #withIPv4(
    use: (membership: Deno.MulticastV4Membership) => Promise<void>,
  ): Promise<void> {
    const { group, address } = ALL_HOSTS;
    const membership = await this.#conn.joinMulticastV4(group, address);
    await use(membership).finally(membership.leave);
  }

  async #withIPv6(
    use: (membership: Deno.MulticastV6Membership) => Promise<void>,
  ): Promise<void> {
    const { group, index } = ALL_NODES;
    const membership = await this.#conn.joinMulticastV6(group, index);
    await use(membership).finally(membership.leave);
  }
}

function keyOf({ group, adapter }: GroupMembership): string {
  return `${group} ${adapter ?? ""}`;
}

/** The address that stands for an adapter, or for the system's choice. */
function ipv4Of(adapter: string | undefined): string {
  if (adapter === undefined) return "0.0.0.0";
  const address = adapterAddresses(adapter).find(isIPv4);
  if (address === undefined) throw unusable(adapter);
  return address;
}

/** The number of an adapter, which the zone of one of its addresses tells. */
function indexOf(adapter: string | undefined): number {
  if (adapter === undefined) return 0;
  for (const address of adapterAddresses(adapter)) {
    const [, zone] = address.split("%");
    if (zone !== undefined) return Number(zone);
  }
  throw unusable(adapter);
}

function unusable(adapter: string): Error {
  return needsNativeCalls(`Cannot use the adapter "${adapter}"`);
}
