// deno-lint-ignore-file no-console -- it prints for its user
import {
  type ServerMessageWebSocket,
  SocketMessageType,
  WebSocketError,
  WebSocketListener,
  type WebSocketListenerConnectionReceivedEventArgs,
} from "@winrt/sockets";
import { describeFailure } from "../echo/failure.ts";
import { closeAll } from "../echo/ws_close.ts";
import { textOf } from "../echo/ws_message.ts";
import { Member } from "./member.ts";
import { CloseCode, parseName, parseSay, PROTOCOL } from "./messages.ts";
import { Room } from "./room.ts";

const MAX_MEMBERS = 100;
const MAX_MESSAGE_SIZE = 16 * 1024;
const MAX_QUEUE_SIZE = 1024 * 1024;
/** In milliseconds; browsers answer a ping by themselves. */
const IDLE_TIMEOUT = 30_000;

/** How the chat is run. */
export interface ChatOptions {
  readonly host: string;
  /** A port; empty lets the system choose. */
  readonly port: string;
  /** The pages that may take part, such as `http://localhost:8000`. */
  readonly origins: ReadonlySet<string>;
  /** A member for whom more bytes wait is dropped. */
  readonly maxQueueSize?: number;
}

/** A chat that runs. */
export interface Chat extends AsyncDisposable {
  readonly port: string;
}

/** Who is there, and what they may do. */
interface State {
  readonly room: Room;
  readonly webSockets: Set<ServerMessageWebSocket>;
  readonly origins: ReadonlySet<string>;
  readonly maxQueueSize: number;
}

/** Opens a room to those who ask for it. */
export async function startChat(
  { host, port, origins, maxQueueSize = MAX_QUEUE_SIZE }: ChatOptions,
): Promise<Chat> {
  const webSockets = new Set<ServerMessageWebSocket>();
  const state = { room: new Room(), webSockets, origins, maxQueueSize };
  const listener = new WebSocketListener();
  listener.onerror = ({ error }) => console.error(describeFailure(error));
  listener.onconnectionreceived = (request) => serve(request, state);
  await listener.bindEndpointAsync(host, port);
  return {
    port: listener.information.localPort,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await closeAll(webSockets, CloseCode.goingAway, "The chat has ended");
    },
  };
}

async function serve(
  request: WebSocketListenerConnectionReceivedEventArgs,
  state: State,
): Promise<void> {
  try {
    const webSocket = await accept(request, state.origins);
    if (webSocket === null) return;
    state.webSockets.add(webSocket);
    try {
      await admit(webSocket, request.url.searchParams.get("name"), state);
    } finally {
      state.webSockets.delete(webSocket);
    }
  } catch (error) {
    // That members go away without a word is nothing to tell.
    if (error instanceof WebSocketError) return;
    console.error(describeFailure(error));
  }
}

/** Without the check, any page that a user visits could speak for the user. */
async function accept(
  request: WebSocketListenerConnectionReceivedEventArgs,
  origins: ReadonlySet<string>,
): Promise<ServerMessageWebSocket | null> {
  const origin = request.headers.get("Origin");
  if (origin === null || !origins.has(origin)) {
    await request.rejectAsync(403, "This page may not take part\n");
    return null;
  }
  if (!request.requestedProtocols.includes(PROTOCOL)) {
    await request.rejectAsync(400, `The protocol is ${PROTOCOL}\n`);
    return null;
  }
  return await request.acceptMessageWebSocketAsync({
    protocol: PROTOCOL,
    maxMessageSize: MAX_MESSAGE_SIZE,
    idleTimeout: IDLE_TIMEOUT,
  });
}

/** Pages are not told the status of a rejection, but they are told close codes. */
async function admit(
  webSocket: ServerMessageWebSocket,
  value: string | null,
  { room, maxQueueSize }: State,
): Promise<void> {
  const name = parseName(value);
  if (name === null) {
    webSocket.close(CloseCode.badName, "That is not a name");
  } else if (room.has(name)) {
    webSocket.close(CloseCode.nameTaken, "Somebody else has that name");
  } else if (room.size >= MAX_MEMBERS) {
    webSocket.close(CloseCode.tryAgainLater, "The room is full");
  } else {
    webSocket.control.messageType = SocketMessageType.utf8;
    const member = new Member(name, webSocket, maxQueueSize);
    room.join(member);
    try {
      await listen(webSocket, member, room);
    } finally {
      room.leave(member);
    }
  }
}

async function listen(
  webSocket: ServerMessageWebSocket,
  member: Member,
  room: Room,
): Promise<void> {
  for await (const message of webSocket) {
    const text = parseSay(textOf(message));
    if (text === null) {
      webSocket.close(CloseCode.badMessage, "That is not a message");
      return;
    }
    await room.say(member, text);
  }
}
