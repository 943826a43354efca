/** Resolves when the user presses Ctrl-C. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    function onInterrupt(): void {
      Deno.removeSignalListener("SIGINT", onInterrupt);
      resolve();
    }
    Deno.addSignalListener("SIGINT", onInterrupt);
  });
}
