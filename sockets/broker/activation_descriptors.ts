import { hideFromPrograms } from "../_transport/adopt.ts";
import { parseActivation } from "./_parse_activation.ts";

const VARIABLES = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;

/** A socket that a service manager has opened for this program. */
export interface ActivationDescriptor {
  /** The number of its descriptor. */
  readonly descriptor: number;
  /**
   * What the service manager calls it: for systemd the `FileDescriptorName=` of
   * the socket unit, or else the name of that unit.
   */
  readonly name: string;
}

/** What was told at the first call, since the variables are gone then. */
let told: readonly ActivationDescriptor[] | null = null;

/**
 * The sockets that a service manager has opened for this program, such as
 * systemd for a `.socket` unit (socket activation). Not in WinRT.
 *
 * `StreamSocketListener.fromDescriptor`, `StreamSocket.fromDescriptor` and
 * `DatagramSocket.fromDescriptor` make use of them. The service manager keeps
 * them open, so a client waits and is not refused while the program is not
 * running, is started or is restarted.
 *
 * Needs `--allow-env=LISTEN_PID,LISTEN_FDS,LISTEN_FDNAMES`. These variables are
 * taken out of the environment, so that programs that this one starts do not
 * take them for theirs; later calls give the same answer.
 *
 * The sockets are for the process that the service manager has started, which
 * must be the runtime itself: `ExecStart=/usr/bin/deno run …`, and no script
 * that starts it.
 *
 * @returns Them in the order of the units; none if there are none.
 *
 * @throws {ArgumentError} If the variables say something that makes no sense.
 * @throws {Deno.errors.NotCapable} Without the permission.
 *
 * @example Usage
 * ```ts
 * import { activationDescriptors } from "@winrt/sockets/activation-descriptors";
 * import { StreamSocketListener } from "@winrt/sockets/stream-socket-listener";
 * import { assertNotEquals } from "@std/assert";
 *
 * const [activation] = activationDescriptors();
 * using listener = activation === undefined
 *   ? new StreamSocketListener()
 *   : StreamSocketListener.fromDescriptor(activation.descriptor);
 * if (activation === undefined) await listener.bindServiceNameAsync("");
 * assertNotEquals(listener.information.localPort, "");
 * ```
 */
export function activationDescriptors(): readonly ActivationDescriptor[] {
  return told ??= takeFromEnvironment();
}

function takeFromEnvironment(): readonly ActivationDescriptor[] {
  for (const variable of VARIABLES) assertMayRead(variable);
  const [pid, count, names] = VARIABLES.map((each) => Deno.env.get(each));
  for (const variable of VARIABLES) Deno.env.delete(variable);
  if (pid === undefined || count === undefined) return [];
  const descriptors = parseActivation(pid, count, names, Deno.pid);
  for (const { descriptor } of descriptors) hideFromPrograms(descriptor);
  return descriptors;
}

function assertMayRead(variable: string): void {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  if (state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires env access to "${variable}", run again with the --allow-env flag`,
  );
}
