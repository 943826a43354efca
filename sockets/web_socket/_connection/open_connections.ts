/** What can tell its peer that it is there. */
interface PongSender {
  sendPong(): void;
}

const open = new Set<PongSender>();

/** Notes a connection of a client that is open. */
export function addOpenConnection(connection: PongSender): void {
  open.add(connection);
}

/** Forgets a connection that is gone. */
export function removeOpenConnection(connection: PongSender): void {
  open.delete(connection);
}

/** Tells the servers of all connections that their clients are there. */
export function sendPongs(): void {
  for (const connection of open) connection.sendPong();
}
