import { toSocketError } from "../../errors/_classify.ts";
import { needsNativeCalls } from "../../errors/_needs_native_calls.ts";
import { type Libc, libc } from "../winsock/_libc.ts";
import { LINUX } from "../winsock/_linux_constants.ts";
import {
  brokerNotStarted,
  brokerTimedOut,
  foreignBroker,
  openDirectory,
} from "./broker_failure.ts";
import { startBroker, startBrokerAsync } from "./start_broker.ts";
import {
  directoryTrust,
  socketPath,
  stateDirectory,
} from "./state_directory.ts";
import { connectUnix, peerUid } from "./unix_socket.ts";

const { EACCES, EAGAIN, ECONNREFUSED, ENOENT, ENOTDIR } = LINUX;

/** One call of the broker may take so many seconds. */
const CALL_SECONDS = 5;
/** No broker listens there. */
const ABSENT: readonly number[] = [-ENOENT, -ENOTDIR, -ECONNREFUSED];

/**
 * The C library.
 *
 * @throws {InvalidOperationError} If this program may make no native calls.
 */
export function toLibc(action: string): Libc {
  if (libc === null) throw needsNativeCalls(action);
  return libc;
}

/** A connection to the broker; null if none runs. */
export function connect(action: string): number | null {
  const libc = toLibc(action);
  const directory = stateDirectory(libc);
  const trust = directoryTrust(libc, directory);
  if (trust === "absent") return null;
  if (trust === "foreign") throw foreignBroker(action, directory);
  if (trust === "open") throw openDirectory(action, directory);
  const socket = connectUnix(libc, socketPath(directory), CALL_SECONDS);
  if (ABSENT.includes(socket)) return null;
  if (socket === -EACCES) throw foreignBroker(action, directory);
  if (socket === -EAGAIN) throw brokerTimedOut(action);
  if (socket < 0) {
    throw toSocketError(new Error(`Failed (os error ${-socket})`), action);
  }
  if (peerUid(libc, socket) === libc.call.getuid()) return socket;
  libc.call.close(socket);
  throw foreignBroker(action, directory);
}

/** Starts a broker, and waits for it in this thread, as calls that block do. */
export function start(action: string): number {
  startBroker(action, stateDirectory(toLibc(action)));
  return connectToStarted(action);
}

/** The same, while other things go on. */
export async function startAsync(action: string): Promise<number> {
  await startBrokerAsync(action, stateDirectory(toLibc(action)));
  return connectToStarted(action);
}

function connectToStarted(action: string): number {
  const socket = connect(action);
  if (socket !== null) return socket;
  throw brokerNotStarted(action, "it has ended already");
}
