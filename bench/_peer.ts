import { TextLineStream } from "@std/streams";

/** What the process on the other side does. */
export type PeerMode =
  | "echo"
  | "sink"
  | "source"
  | "tls-echo"
  | "tls-sink"
  | "ws-echo"
  | "ws-sink"
  | "ws-listener"
  | "datagrams";

/** The program of each mode, and its argument. */
const PROGRAMS: Readonly<Record<PeerMode, readonly string[]>> = {
  echo: ["_echo_peer.ts", "echo"],
  sink: ["_echo_peer.ts", "sink"],
  source: ["_echo_peer.ts", "source"],
  "tls-echo": ["_echo_peer.ts", "tls-echo"],
  "tls-sink": ["_echo_peer.ts", "tls-sink"],
  "ws-echo": ["_peers/senders/web_socket_peer.ts", "echo"],
  "ws-sink": ["_peers/senders/web_socket_peer.ts", "sink"],
  "ws-listener": ["_web_socket_peer.ts"],
  datagrams: ["_datagram_sink.ts"],
};

/** Starts the other side, which ends with this process; resolves with its port. */
export async function startPeer(mode: PeerMode): Promise<number> {
  const [program = "", ...args] = PROGRAMS[mode];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      // Datagrams that nobody takes in time would slow their sender down.
      ...mode === "datagrams" ? ["--allow-ffi"] : [],
      new URL(program, import.meta.url).href,
      ...args,
    ],
    // Some end with their input.
    stdin: "piped",
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
