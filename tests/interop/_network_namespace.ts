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
