import { TextLineStream } from "@std/streams";

/** What the process on the other side does. */
export type PeerMode =
  | "echo"
  | "sink"
  | "source"
  | "tls-echo"
  | "tls-sink"
  | "datagrams";

const PROGRAMS: Readonly<Record<PeerMode, string>> = {
  echo: "_echo_peer.ts",
  sink: "_echo_peer.ts",
  source: "_echo_peer.ts",
  "tls-echo": "_echo_peer.ts",
  "tls-sink": "_echo_peer.ts",
  datagrams: "_datagram_sink.ts",
};

/** Starts the other side, which ends with this process; resolves with its port. */
export async function startPeer(mode: PeerMode): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      // Datagrams that nobody takes in time would slow their sender down.
      ...mode === "datagrams" ? ["--allow-ffi"] : [],
      new URL(PROGRAMS[mode], import.meta.url).href,
      mode,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  child.unref();
  globalThis.addEventListener("unload", () => child.kill());
  const lines = child.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) return Number(line);
  throw new Error(`The peer "${mode}" printed no port`);
}
