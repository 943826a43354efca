// deno-lint-ignore-file no-console -- it prints for its user
/**
 * An echo server whose socket systemd opens, when the machine starts: it is
 * started by the first connection, and the connections wait while it is
 * restarted. The unit `echo.socket` has `ListenStream=1337`, and `echo.service`
 * has, on one line:
 *
 * ```ini
 * ExecStart=/usr/bin/deno run --allow-ffi
 *   --allow-env=LISTEN_PID,LISTEN_FDS,LISTEN_FDNAMES examples/activated_echo.ts
 * ```
 *
 * @module
 */
import {
  activationDescriptors,
  type StreamSocket,
  StreamSocketListener,
} from "@winrt/sockets";

const activations = activationDescriptors();
if (activations.length === 0) {
  console.error("There is no socket: this program is for systemd to start");
  Deno.exit(1);
}
await Promise.all(activations.map(async ({ descriptor, name }) => {
  const listener = StreamSocketListener.fromDescriptor(descriptor);
  console.log(`${name} has port ${listener.information.localPort}`);
  for await (const { socket } of listener) serve(socket);
}));

async function serve(socket: StreamSocket): Promise<void> {
  try {
    await socket.inputStream.pipeTo(socket.outputStream);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    socket.close();
  }
}
