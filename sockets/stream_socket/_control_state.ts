import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import type { TransportOptions } from "../_transport/stream_transport.ts";
import type { TcpOptions } from "../_transport/tcp_options.ts";
import { defaultTlsSettings, type TlsSettings } from "./_tls_settings.ts";
import { SocketQualityOfService } from "./socket_quality_of_service.ts";

/** What the control objects of this folder hold, for the classes around them. */
export interface ControlState {
  /** What is locked: nothing, or why the properties are. */
  lock: "connected" | "bound" | null;
  /** Whether a connect is on its way, which has taken its options. */
  connecting: boolean;
  keepAlive: boolean;
  noDelay: boolean;
  hopLimit: number | undefined;
  qualityOfService: SocketQualityOfService;
  sendBufferSize: number | undefined;
  tcp: TcpOptions;
  serializeConnectionAttempts: boolean;
  maxPendingConnections: number;
  readonly tls: TlsSettings;
  /** Whether the settings of TLS are in use. */
  tlsLocked: boolean;
}

const states = new WeakMap<object, ControlState>();

/** The options of a socket whose control nobody has used. */
export const DEFAULT_CONTROL_STATE: Readonly<ControlState> = {
  lock: null,
  connecting: false,
  keepAlive: false,
  noDelay: true,
  hopLimit: undefined,
  qualityOfService: SocketQualityOfService.normal,
  sendBufferSize: undefined,
  tcp: {},
  serializeConnectionAttempts: false,
  maxPendingConnections: Infinity,
  tls: defaultTlsSettings(),
  tlsLocked: false,
};

/** Makes the state of a control, which {@linkcode controlStateOf} then finds. */
export function createControlState(control: object): ControlState {
  const state: ControlState = {
    ...DEFAULT_CONTROL_STATE,
    tls: defaultTlsSettings(),
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

/** Copies to a control what a listener hands on to the sockets it accepts. */
export function copyOptions(from: ControlState, to: ControlState): void {
  to.keepAlive = from.keepAlive;
  to.noDelay = from.noDelay;
  to.hopLimit = from.hopLimit;
  to.qualityOfService = from.qualityOfService;
  to.sendBufferSize = from.sendBufferSize;
  to.tcp = from.tcp;
}

/** The options to set on a connection. */
export function transportOptions(state: ControlState): TransportOptions {
  return {
    keepAlive: state.keepAlive,
    noDelay: state.noDelay,
    hopLimit: state.hopLimit,
    lowLatency: state.qualityOfService === SocketQualityOfService.lowLatency,
    sendBufferSize: state.sendBufferSize,
    tcp: state.tcp,
  };
}

/** Throws if the settings of TLS cannot be changed any more. */
export function assertTlsUnlocked(state: ControlState, name: string): void {
  if (!state.tlsLocked) return;
  throw new InvalidOperationError(
    `Cannot set ${name}: the TLS handshake has begun, set it before`,
  );
}

/** Throws if a property is locked. */
export function assertUnlocked(state: ControlState, name: string): void {
  if (state.lock === null) return;
  throw new InvalidOperationError(
    `Cannot set ${name}: the socket is ${state.lock}, set it before`,
  );
}
