/** Prints where the broker of this program is. */
import { stateDirectory } from "../../../sockets/_broker/state_directory.ts";
import { native } from "./_sockets.ts";

await Deno.stdout.write(new TextEncoder().encode(stateDirectory(native())));
