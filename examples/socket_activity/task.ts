// deno-lint-ignore-file no-console -- the broker writes it to its log
/**
 * The background task of the socket activity sample, which the broker starts
 * when something happens to the socket that the client has left with it.
 *
 * @module
 */
import {
  type BackgroundTaskInstance,
  DataReader,
  DataWriter,
  InputStreamOptions,
  type SocketActivityInformation,
  SocketActivityTriggerReason,
  StreamSocket,
} from "@winrt/sockets";
import { decodeSettings } from "./settings.ts";

/** Called by the broker. */
export async function run(taskInstance: BackgroundTaskInstance): Promise<void> {
  const deferral = taskInstance.getDeferral();
  try {
    const { reason, socketInformation } = taskInstance.triggerDetails;
    const { socketActivity, keepAliveTimerExpired, socketClosed } =
      SocketActivityTriggerReason;
    if (reason === socketActivity) await read(socketInformation);
    else if (reason === keepAliveTimerExpired) {
      await keepAlive(socketInformation);
    } else if (reason === socketClosed) await reconnect(socketInformation);
  } finally {
    deferral.complete();
  }
}

async function read(information: SocketActivityInformation): Promise<void> {
  const socket = information.streamSocket;
  const reader = new DataReader(socket.inputStream);
  reader.inputStreamOptions = InputStreamOptions.partial;
  const count = await reader.loadAsync(250);
  // In place of the toast of the original.
  console.log(`The server says: ${reader.readString(count)}`);
  reader.detachStream();
  giveBack(socket, information);
}

async function keepAlive(
  information: SocketActivityInformation,
): Promise<void> {
  const socket = information.streamSocket;
  const writer = new DataWriter(socket.outputStream);
  writer.writeString("Keep alive");
  await writer.storeAsync();
  writer.detachStream();
  writer.close();
  giveBack(socket, information);
}

async function reconnect(
  information: SocketActivityInformation,
): Promise<void> {
  const { hostname, port } = decodeSettings(information.context);
  information.streamSocket.close();
  const socket = new StreamSocket();
  socket.enableTransferOwnership(information.taskId);
  await socket.connectAsync(hostname, port);
  console.log("Connected again");
  giveBack(socket, information);
}

/** Each activation has to, or nothing would be heard of the socket again. */
function giveBack(
  socket: StreamSocket,
  { id, context }: SocketActivityInformation,
): void {
  const { keepAliveTime } = decodeSettings(context);
  socket.transferOwnership(id, context ?? undefined, keepAliveTime);
}
