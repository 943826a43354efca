import type { Answer, Command } from "./serve_commands.d.mts";

/** Runs a command whose way begins with `udp-`. */
export function runDatagrams(command: Command): Promise<Answer>;
