// deno-lint-ignore-file no-console -- a test reads what it prints
/** Prints what `WSAStartup` says in a program without `--allow-ffi`. */
import { WSAStartup } from "../../../sockets/winsock/mod.ts";

try {
  WSAStartup(0x0202);
} catch (error) {
  console.log(error instanceof Error ? `${error.name}: ${error.message}` : "");
}
