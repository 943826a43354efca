import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { quote } from "../addressing/_quote.ts";
import { StreamSocketControl } from "../stream_socket/stream_socket_control.ts";
import type { CompressionSettings } from "./_compression_settings.ts";
import { MessageWebSocketReceiveMode } from "./message_web_socket_receive_mode.ts";
import type { PasswordCredential } from "./password_credential.ts";
import { SocketMessageType } from "./socket_message_type.ts";

/** What the control objects of this folder hold, for the classes around them. */
export interface ControlState {
  /** Why the properties are locked; null if they are not. */
  lock: "connecting" | "connected" | null;
  /** The options of the connection under the WebSocket. */
  readonly connection: StreamSocketControl;
  readonly supportedProtocols: string[];
  serverCredential: PasswordCredential | null;
  proxyCredential: PasswordCredential | null;
  proxy: URL | null;
  /** In milliseconds; 0 for never. */
  desiredPongInterval: number;
  /** In milliseconds; 0 for no limit. */
  idleTimeout: number;
  compression: CompressionSettings | null;
  messageType: SocketMessageType;
  maxMessageSize: number;
  receiveMode: MessageWebSocketReceiveMode;
  /** Told when `messageType` is set. */
  onMessageType: (type: SocketMessageType) => void;
}

/** What `maxMessageSize` is until it is set: 64 MiB. */
export const DEFAULT_MAX_MESSAGE_SIZE: number = 64 * 1024 * 1024;
/** The interval of WinHTTP, which is under the WebSockets of WinRT. */
const PONG_INTERVAL = 30_000;
/** Its shortest interval (WINHTTP_OPTION_WEB_SOCKET_KEEPALIVE_INTERVAL). */
const MIN_PONG_INTERVAL = 15_000;

const states = new WeakMap<object, ControlState>();

/** Makes the state of a control, which {@linkcode controlStateOf} then finds. */
export function createControlState(control: object): ControlState {
  const state: ControlState = {
    lock: null,
    connection: new StreamSocketControl(),
    supportedProtocols: [],
    serverCredential: null,
    proxyCredential: null,
    proxy: null,
    desiredPongInterval: PONG_INTERVAL,
    idleTimeout: 0,
    compression: null,
    messageType: SocketMessageType.binary,
    maxMessageSize: DEFAULT_MAX_MESSAGE_SIZE,
    receiveMode: MessageWebSocketReceiveMode.fullMessage,
    onMessageType: () => {},
  };
  states.set(control, state);
  return state;
}

/** The state of a control. */
export function controlStateOf(control: object): ControlState {
  const state = states.get(control);
  if (state === undefined) throw new TypeError("Not a control of this library");
  return state;
}

/** How often a pong is really sent that nobody asked for. */
export function actualPongInterval(
  { desiredPongInterval }: ControlState,
): number {
  return desiredPongInterval === 0
    ? 0
    : Math.max(desiredPongInterval, MIN_PONG_INTERVAL);
}

/** Throws if a property is locked. */
export function assertUnlocked({ lock }: ControlState, name: string): void {
  if (lock === null) return;
  throw new InvalidOperationError(
    `Cannot set ${name}: the WebSocket is ${lock}, set it before`,
  );
}

/** Throws unless a value is a type of messages. */
export function checkMessageType(value: unknown): void {
  const types: readonly unknown[] = Object.values(SocketMessageType);
  if (types.includes(value)) return;
  throw new ArgumentError(
    `Cannot set messageType to ${
      quote(value)
    }: it must be one of SocketMessageType`,
  );
}

/** Throws unless a value is a mode. */
export function checkReceiveMode(value: unknown): void {
  const modes: readonly unknown[] = Object.values(MessageWebSocketReceiveMode);
  if (modes.includes(value)) return;
  throw new ArgumentError(
    `Cannot set receiveMode to ${
      quote(value)
    }: it must be one of MessageWebSocketReceiveMode`,
  );
}

/** Throws unless a value is a time in milliseconds that a timer can take. */
export function checkInterval(name: string, value: unknown): void {
  const isInterval = typeof value === "number" && value >= 0 &&
    value <= MAX_INTERVAL;
  if (isInterval) return;
  throw new ArgumentError(
    `Cannot set ${name} to ${
      quote(value)
    }: it must be a number of milliseconds from 0 to ${MAX_INTERVAL}`,
  );
}

/** Throws unless a value is a size of messages. */
export function checkMaxMessageSize(value: unknown): void {
  const isSize = value === Infinity ||
    typeof value === "number" && Number.isInteger(value) && value >= 0;
  if (isSize) return;
  throw new ArgumentError(
    `Cannot set maxMessageSize to ${
      quote(value)
    }: it must be a whole number of bytes from 0 up, or Infinity`,
  );
}

/** A timer takes 32 bits. */
const MAX_INTERVAL = 0x7FFF_FFFF;
