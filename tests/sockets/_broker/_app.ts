/** Talks to a broker up to the reply, and never says that it has come. */
import { encodeFrame, FrameReader } from "../../../sockets/_broker/frame.ts";
import { formatRequest } from "../../../sockets/_broker/protocol.ts";
import { socketPath } from "../../../sockets/_broker/state_directory.ts";
import { connectUnix } from "../../../sockets/_broker/unix_socket.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";
import {
  receiveMessage,
  sendMessage,
} from "../../../sockets/winsock/_descriptor_passing.ts";
import { newRecord } from "./_broker_process.ts";
import { connectTo, native } from "./_sockets.ts";

const [directory = "", name = "", port = ""] = Deno.args;
const kind = SocketActivityKind.streamSocket;
const descriptors = name === "transfer" ? [connectTo(1, Number(port))] : [];
const request = name === "transfer"
  ? { name, record: newRecord("a") } as const
  : { name: "claim", id: "a", kind } as const;
const socket = connectUnix(native(), socketPath(directory), 5);
const frame = encodeFrame(formatRequest("test", request));
sendMessage(native(), socket, frame, descriptors);
const reply = receiveMessage(native(), socket);
if (typeof reply === "number") throw new Error(`Error ${-reply}`);
const text = new FrameReader().push(reply.bytes);
await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
await Deno.stdin.read(new Uint8Array(1));
