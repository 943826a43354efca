// deno-lint-ignore-file no-console -- it prints for its user
/**
 * An echo server and client, of TCP, TLS, UDP or WebSockets:
 * `deno task echo --help`.
 *
 * @module
 */
import { runBoth } from "./echo/both.ts";
import { runClient } from "./echo/client.ts";
import { describeFailure } from "./echo/failure.ts";
import { HELP, parseCommand } from "./echo/options.ts";
import { runServer } from "./echo/server.ts";
import { runUdpBoth } from "./echo/udp_both.ts";
import { runUdpClient } from "./echo/udp_client.ts";
import { runUdpServer } from "./echo/udp_server.ts";
import { runWsBoth } from "./echo/ws_both.ts";
import { runWsClient } from "./echo/ws_client.ts";
import { runWsServer } from "./echo/ws_server.ts";

const PROGRAMS = {
  tcp: { server: runServer, client: runClient, both: runBoth },
  udp: { server: runUdpServer, client: runUdpClient, both: runUdpBoth },
  ws: { server: runWsServer, client: runWsClient, both: runWsBoth },
} as const;

async function main(args: readonly string[]): Promise<void> {
  const command = parseCommand(args);
  switch (command.name) {
    case "help":
      console.log(HELP);
      break;
    case "server":
      await PROGRAMS[command.protocol].server(command);
      break;
    case "client":
      await PROGRAMS[command.protocol].client(command);
      break;
    case "both":
      await PROGRAMS[command.protocol].both(command);
      break;
  }
}

if (import.meta.main) {
  let code = 0;
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(`echo: ${describeFailure(error)}`);
    code = 1;
  }
  // A read of the standard input cannot be cancelled and would go on.
  Deno.exit(code);
}
