import { abortable } from "@std/async";
import { lookup } from "node:dns/promises";
import { toSocketError } from "../../errors/_classify.ts";
import type { DenoNameServer } from "./_name_server.ts";

/** Whom a look-up asks, and when it gives up. */
export interface LookUpOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the resolver of the system. */
  readonly nameServer?: DenoNameServer | undefined;
}

/**
 * The SRV records of a name.
 *
 * @param action What is being done, for the message of an error.
 */
export async function lookUpServers(
  name: string,
  action: string,
  options: LookUpOptions,
): Promise<Deno.SrvRecord[]> {
  const { signal } = options;
  try {
    return await Deno.resolveDns(name, "SRV", toDenoOptions(options));
  } catch (error) {
    signal?.throwIfAborted();
    throw toSocketError(error, action);
  }
}

/** The addresses of a name, from the resolver of the system. */
export async function lookUpAddresses(
  name: string,
  action: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  signal?.throwIfAborted();
  // With the order of getaddrinfo, which knows about the routes.
  const found = lookup(name, { all: true, verbatim: true });
  try {
    const entries = await (signal ? abortable(found, signal) : found);
    return entries.map(({ address }) => address);
  } catch (error) {
    signal?.throwIfAborted();
    throw toSocketError(isDenied(error, name) ? denied(name) : error, action);
  }
}

/** The addresses of a name from its AAAA and A records, in this order. */
export async function lookUpRecords(
  name: string,
  action: string,
  options: LookUpOptions,
): Promise<string[]> {
  const { signal } = options;
  const denoOptions = toDenoOptions(options);
  const results = await Promise.allSettled([
    Deno.resolveDns(name, "AAAA", denoOptions),
    Deno.resolveDns(name, "A", denoOptions),
  ]);
  signal?.throwIfAborted();
  const addresses = results.flatMap((result) =>
    result.status === "fulfilled" ? result.value : []
  );
  if (addresses.length > 0) return addresses;
  const failures: unknown[] = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason] : []
  );
  // That one family has no address says less than that the other went unanswered.
  const isTelling = (failure: unknown): boolean =>
    !(failure instanceof Deno.errors.NotFound);
  throw toSocketError(failures.find(isTelling) ?? failures[0], action);
}

function toDenoOptions(
  { signal, nameServer }: LookUpOptions,
): Deno.ResolveDnsOptions {
  return { ...(signal && { signal }), ...(nameServer && { nameServer }) };
}

/** Node's look-up tells of a missing permission as the system of EPERM. */
function isDenied(error: unknown, name: string): boolean {
  return error instanceof Error && "code" in error && error.code === "EPERM" &&
    Deno.permissions.querySync({ name: "net", host: name }).state !== "granted";
}

function denied(name: string): Error {
  return new Deno.errors.NotCapable(
    `Requires net access to "${name}", run again with the --allow-net flag`,
  );
}
