/**
 * Sends with this library; see `serve_commands.mjs`.
 *
 * @module
 */
import {
  Certificate,
  DataWriter,
  type InputStream,
  type OutputStream,
  SocketProtectionLevel,
  StreamSocket,
} from "@winrt/sockets";
import { runDatagrams } from "./winrt_datagrams.ts";
import { runWebSocket } from "./winrt_web_socket.ts";
import type { Answer, Command } from "./serve_commands.d.mts";
// @ts-types="./serve_commands.d.mts"
import {
  createPackets,
  measureBatches,
  measureTrips,
  serveCommands,
  streamPackets,
} from "./serve_commands.mjs";
import { CERTIFICATE } from "./tls_identity.mjs";

const TASKS = 100;

type Send = () => Promise<unknown>;

function chooseWay(output: OutputStream, command: Command): Send {
  const packets = createPackets(command);
  switch (command.way) {
    case "flush":
    case "tls-flush":
    case "tls-told-flush":
      return () => {
        for (const packet of packets) output.writeAsync(packet);
        return output.flushAsync();
      };
    case "each":
    case "tls-each":
      return async () => {
        for (const packet of packets) await output.writeAsync(packet);
      };
    case "tasks":
      return () => writeByTasks(output, packets);
    case "pipe-to":
      return async () => {
        await streamPackets(packets).pipeTo(output, { preventClose: true });
        await output.flushAsync();
      };
    case "store-once": {
      const writer = new DataWriter(output);
      return () => {
        for (const packet of packets) writer.writeBytes(packet);
        return writer.storeAsync();
      };
    }
    case "store-each": {
      const writer = new DataWriter(output);
      return () => {
        for (const packet of packets) {
          writer.writeBytes(packet);
          writer.storeAsync();
        }
        return writer.flushAsync();
      };
    }
    default:
      throw new Error(
        `Cannot send by "${command.way}": not a way of the library`,
      );
  }
}

async function writeByTasks(
  output: OutputStream,
  packets: readonly Uint8Array[],
): Promise<void> {
  async function runTask(first: number): Promise<void> {
    for (let index = first; index < packets.length; index += TASKS) {
      const packet = packets[index];
      if (packet !== undefined) await output.writeAsync(packet);
    }
  }
  await Promise.all(Array.from({ length: TASKS }, (_, task) => runTask(task)));
}

async function measureWriter(
  { inputStream, outputStream }: StreamSocket,
  command: Command,
): Promise<Answer> {
  const packets = createPackets(command);
  const writer = outputStream.getWriter();
  function send(): Promise<unknown> {
    for (const packet of packets) writer.write(packet);
    return outputStream.flushAsync();
  }
  return await measureBatches(command, send, async () => {
    await writer.close();
    return await readToEnd(inputStream);
  });
}

async function readToEnd(input: InputStream): Promise<string> {
  // Fewer bytes than asked for tell that the other side has closed.
  const reply = await input.readAsync(new Uint8Array(32));
  return new TextDecoder().decode(reply);
}

/** Two ways, since a round trip does not need the outcome of its write. */
function createTrip(
  { inputStream, outputStream }: StreamSocket,
  { size, way }: Command,
): Send {
  const message = new Uint8Array(size);
  const reply = new Uint8Array(size);
  if (way === "ping-pong") {
    return () => {
      outputStream.writeAsync(message);
      return inputStream.readAsync(reply);
    };
  }
  return async () => {
    await outputStream.writeAsync(message);
    await inputStream.readAsync(reply);
  };
}

async function connect(
  socket: StreamSocket,
  { port, way }: Command,
): Promise<void> {
  if (!way.startsWith("tls-")) {
    return await socket.connectAsync("127.0.0.1", port);
  }
  const { control } = socket;
  control.trustedRootCertificates = [await Certificate.fromPem(CERTIFICATE)];
  control.collectTlsInformation = way.startsWith("tls-told-");
  await socket.connectAsync("127.0.0.1", port);
  const { tls12 } = SocketProtectionLevel;
  await socket.upgradeToSslAsync(tls12, "localhost");
}

async function run(command: Command): Promise<Answer> {
  if (command.way.startsWith("udp-")) return await runDatagrams(command);
  if (command.way.startsWith("ws-")) return await runWebSocket(command);
  await using socket = new StreamSocket();
  await connect(socket, command);
  const { inputStream, outputStream } = socket;
  if (command.way.startsWith("ping-pong")) {
    return await measureTrips(command, createTrip(socket, command));
  }
  if (command.way === "writer") return await measureWriter(socket, command);
  const send = chooseWay(outputStream, command);
  return await measureBatches(command, send, async () => {
    await outputStream.close();
    return await readToEnd(inputStream);
  });
}

const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
await serveCommands(input, run);
