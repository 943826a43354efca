// deno-lint-ignore-file no-console -- it prints for its user
/**
 * A TCP echo server and client: `deno task echo --help`.
 *
 * @module
 */
import { runBoth } from "./echo/both.ts";
import { runClient } from "./echo/client.ts";
import { describeFailure } from "./echo/failure.ts";
import { HELP, parseCommand } from "./echo/options.ts";
import { runServer } from "./echo/server.ts";

async function main(args: readonly string[]): Promise<void> {
  const command = parseCommand(args);
  switch (command.name) {
    case "help":
      console.log(HELP);
      break;
    case "server":
      await runServer(command);
      break;
    case "client":
      await runClient(command);
      break;
    case "both":
      await runBoth();
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
