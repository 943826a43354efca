import { ArgumentError } from "../../errors/argument_error.ts";
import type { ActivationDescriptor } from "./activation_descriptors.ts";

/** sd_listen_fds(3): `SD_LISTEN_FDS_START`. */
const FIRST_DESCRIPTOR = 3;
/** sd_listen_fds_with_names(3): the name of those that have none. */
const UNKNOWN = "unknown";
/** More descriptors than any system gives to a program. */
const COUNT_REGEXP = /^\d{1,7}$/;

/**
 * Reads what a service manager tells a program that it starts.
 *
 * @param pid `LISTEN_PID`: whom it is for.
 * @param count `LISTEN_FDS`: how many there are.
 * @param names `LISTEN_FDNAMES`: their names, with colons between.
 * @param ownPid The process that reads it.
 */
export function parseActivation(
  pid: string,
  count: string,
  names: string | undefined,
  ownPid: number,
): readonly ActivationDescriptor[] {
  // Another program was started by way of the one that they are for.
  if (pid !== `${ownPid}`) return [];
  if (!COUNT_REGEXP.test(count)) {
    throw new ArgumentError(
      `Cannot use LISTEN_FDS "${count}": it must be a number of descriptors`,
    );
  }
  const all = names === undefined || names === "" ? [] : names.split(":");
  return Array.from({ length: Number(count) }, (_, i) => ({
    descriptor: FIRST_DESCRIPTOR + i,
    name: all[i] ?? UNKNOWN,
  }));
}
