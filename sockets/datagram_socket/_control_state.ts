import type { DatagramOptions } from "../_transport/datagram_transport.ts";
import { SocketQualityOfService } from "../stream_socket/socket_quality_of_service.ts";

/** What the control of a socket holds, for the classes around it. */
export interface DatagramControlState {
  /** Why the properties are locked; null if they are not. */
  lock: "bound" | "connected" | null;
  dontFragment: boolean;
  hopLimit: number | undefined;
  inboundBufferSize: number | undefined;
  multicastHopLimit: number | undefined;
  multicastLoopback: boolean;
  multicastOnly: boolean;
  qualityOfService: SocketQualityOfService;
  /** Passes on what may change after the socket was opened. */
  onChange: (() => void) | null;
}

const states = new WeakMap<object, DatagramControlState>();

/** Makes the state of a control, which {@linkcode datagramControlStateOf} finds. */
export function createDatagramControlState(
  control: object,
): DatagramControlState {
  const state: DatagramControlState = {
    lock: null,
    dontFragment: false,
    hopLimit: undefined,
    inboundBufferSize: undefined,
    multicastHopLimit: undefined,
    multicastLoopback: true,
    multicastOnly: false,
    qualityOfService: SocketQualityOfService.normal,
    onChange: null,
  };
  states.set(control, state);
  return state;
}

/** The state of a control. */
export function datagramControlStateOf(control: object): DatagramControlState {
  const state = states.get(control);
  if (state === undefined) throw new TypeError("Not a DatagramSocketControl");
  return state;
}

/** The options to open a socket with. */
export function datagramOptions(state: DatagramControlState): DatagramOptions {
  const { lowLatency } = SocketQualityOfService;
  return {
    dontFragment: state.dontFragment,
    hopLimit: state.hopLimit,
    inboundBufferSize: state.inboundBufferSize,
    lowLatency: state.qualityOfService === lowLatency,
    multicastHopLimit: state.multicastHopLimit,
    multicastLoopback: state.multicastLoopback,
    shared: state.multicastOnly,
  };
}
