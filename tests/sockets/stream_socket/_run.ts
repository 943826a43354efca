/** What a program that was run has printed, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this folder in a Deno of its own.
 *
 * @param flags The permissions it gets; none are asked for.
 * @param descriptors How many descriptors it may have open at once.
 */
export async function run(
  program: string,
  flags: readonly string[],
  descriptors?: number,
): Promise<Outcome> {
  const { href } = new URL(program, import.meta.url);
  const args = ["run", "--quiet", "--no-prompt", ...flags, href];
  const command = descriptors === undefined
    ? new Deno.Command(Deno.execPath(), { args })
    : new Deno.Command("sh", {
      args: [
        "-c",
        `ulimit -n ${descriptors}; exec "$0" "$@"`,
        Deno.execPath(),
        ...args,
      ],
    });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
