/**
 * To be imported by a program that runs out of descriptors. Deno opens a pipe
 * for signals about half a second after its start, and panics if it cannot:
 * see "Limits of the runtime" in CONTRIBUTING.md. Here it opens it at once.
 *
 * @module
 */
function ignore(): void {}

Deno.addSignalListener("SIGTERM", ignore);
Deno.removeSignalListener("SIGTERM", ignore);
