import type { Answer, Command } from "./serve_commands.d.mts";

/**
 * Runs a command whose way begins with `ws-`.
 *
 * @param open Opens a WebSocket of the web; that of `ws` and of Bun are the same
 * in what is used.
 */
export function runWebSocket(
  command: Command,
  open: (url: string) => WebSocket,
): Promise<Answer>;
