// deno-lint-ignore-file no-console -- it prints for its user
/**
 * The client of the socket activity sample: it connects, leaves its socket with
 * the broker, and ends. From then on the task in `task.ts` answers for it; the
 * log of the broker shows what the server says.
 *
 * ```sh
 * deno run --allow-ffi --allow-net --allow-run \
 *   examples/socket_activity/client.ts [host] [port] [keep-alive in ms]
 * ```
 *
 * @module
 */
import {
  BackgroundTaskBuilder,
  BackgroundTaskRegistration,
  DataReader,
  InputStreamOptions,
  SocketActivityInformation,
  SocketActivityTrigger,
  SocketError,
  StreamSocket,
} from "@winrt/sockets";
import { decodeSettings, encodeSettings } from "./settings.ts";

const TASK_NAME = "SocketActivityBackgroundTask";
const SOCKET_ID = "SampleSocket";

const [hostname = "localhost", port = "40404", keepAlive = "30000"] = Deno.args;

const { taskId } = findTask() ?? registerTask();
const held = SocketActivityInformation.allSockets.get(SOCKET_ID);
if (held === undefined) await connect();
else giveBack(held);
console.log("The broker has the socket");

function findTask(): BackgroundTaskRegistration | undefined {
  return [...BackgroundTaskRegistration.allTasks.values()]
    .find(({ name }) => name === TASK_NAME);
}

function registerTask(): BackgroundTaskRegistration {
  const builder = new BackgroundTaskBuilder();
  builder.name = TASK_NAME;
  builder.taskEntryPoint = import.meta.resolve("./task.ts");
  // To connect again once the server has closed the connection.
  builder.permissions = { net: true };
  builder.setTrigger(new SocketActivityTrigger());
  return builder.register();
}

async function connect(): Promise<void> {
  const socket = new StreamSocket();
  socket.enableTransferOwnership(taskId);
  await socket.connectAsync(hostname, port);

  // As in the original: what is pending has to end before the transfer.
  const reader = new DataReader(socket.inputStream);
  reader.inputStreamOptions = InputStreamOptions.partial;
  const loading = reader.loadAsync(250).catch((error) => {
    if (!(error instanceof SocketError)) throw error;
  });
  await socket.cancelIOAsync();
  await loading;
  // What has arrived already would not go along.
  const { unconsumedBufferLength } = reader;
  if (unconsumedBufferLength > 0) {
    console.log(
      `The server says: ${reader.readString(unconsumedBufferLength)}`,
    );
  }
  reader.detachStream();

  const keepAliveTime = Number(keepAlive);
  const context = encodeSettings({ hostname, port, keepAliveTime });
  socket.transferOwnership(SOCKET_ID, context, keepAliveTime);
}

/** The socket of an earlier run. */
function giveBack(information: SocketActivityInformation): void {
  const { context } = information;
  const { keepAliveTime } = decodeSettings(context);
  information.streamSocket.transferOwnership(
    SOCKET_ID,
    context ?? undefined,
    keepAliveTime,
  );
}
