// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * Opens and closes a thousand sockets of each kind, and prints how many
 * descriptors more this process has after them. Nobody else opens some meanwhile,
 * as other tests do in the process of the tests.
 *
 * ```sh
 * deno run --allow-ffi --allow-net --unstable-net \
 *   tests/sockets/_transport/_many_datagram_transports.ts
 * ```
 *
 * @module
 */
import "../../_before_exhaustion.ts";
import { libc } from "../../../sockets/winsock/_libc.ts";
import { turn } from "../streams/_fakes.ts";
import {
  DATAGRAM_TRANSPORT_KINDS,
  type DatagramTransportKind,
  Sockets,
} from "./_datagram_transports.ts";

/** So many are open at once. */
const AT_ONCE = 100;
/** No process that has so few of them open has a higher one. */
const MAX_DESCRIPTORS = 4096;
/** Linux, `bits/fcntl-linux.h`. */
const F_GETFD = 1;

/** Closes all while a receive is pending, which has to end. */
async function openAndClose(kind: DatagramTransportKind): Promise<void> {
  await using sockets = new Sockets(kind);
  const opened = await Promise.all(
    Array.from({ length: AT_ONCE }, () => sockets.open()),
  );
  const pending = opened.map((socket) => socket.receive());
  await Promise.all(opened.map((socket) => socket.close()));
  const received = (await Promise.all(pending)).flat();
  if (received.length > 0) throw new Error("Something was received");
}

/** How many descriptors are open; 0 without native calls. */
function countDescriptors(): number {
  const all = Array.from({ length: MAX_DESCRIPTORS }, (_, fd) => fd);
  return all.filter((fd) => (libc?.call.fcntl(fd, F_GETFD, 0) ?? -1) >= 0)
    .length;
}

for (const kind of DATAGRAM_TRANSPORT_KINDS) {
  // What is made once for all of them is there before.
  await openAndClose(kind);
  await turn();
  const before = countDescriptors();
  for (let i = 0; i < 10; i++) await openAndClose(kind);
  await turn();
  console.log(`${kind.name}: ${countDescriptors() - before}`);
}
