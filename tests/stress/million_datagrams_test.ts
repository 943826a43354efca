import { assertEquals } from "@std/assert";
import { DATAGRAM_FLAGS } from "../interop/_peers.ts";
import type { Tally } from "./_numbered_datagrams.ts";

const COUNT = 1_000_000;
/** A datagram that is lost is waited for. */
const MAX_DURATION = 5 * 60_000;
const PROGRAM = new URL("_numbered_datagrams.ts", import.meta.url).href;

for (const [transport, flags] of Object.entries(DATAGRAM_FLAGS)) {
  Deno.test(
    `DatagramSocket by ${transport} loses, doubles and reorders none of 1,000,000 datagrams of 0 to 65,507 bytes`,
    { permissions: { read: true, run: true } },
    async () => {
      const command = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "--no-prompt", "--no-check"],
          ...["--allow-net=127.0.0.1,0.0.0.0", ...flags],
          ...[PROGRAM, `${COUNT}`],
        ],
        signal: AbortSignal.timeout(MAX_DURATION),
      });
      const { code, stdout, stderr } = await command.output();
      const decoder = new TextDecoder();
      assertEquals([code, decoder.decode(stderr)], [0, ""]);
      const tally: Tally = JSON.parse(decoder.decode(stdout));
      assertEquals(tally, {
        sent: COUNT,
        received: COUNT,
        wrong: [],
        bytes: tally.bytes,
        sizes: [0, 65_507],
      });
    },
  );
}
