/** Resolves when the user presses Ctrl-C. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    // It stays: a terminal tells all its programs of Ctrl-C, and deno task tells
    // the program that it runs once more.
    Deno.addSignalListener("SIGINT", () => resolve());
  });
}
