import {
  type SocketOption,
  SocketOptions,
} from "../winsock/_socket_options.ts";

/** The options of TCP that need native calls. One that is not there is unset. */
export interface TcpOptions {
  /** How long a connection is idle before it is probed, in milliseconds. */
  readonly keepAliveTime?: number;
  /** How long after a probe without an answer the next is sent, likewise. */
  readonly keepAliveInterval?: number;
  /** So many probes without an answer end the connection. */
  readonly keepAliveCount?: number;
  /** How long what was sent may stay unacknowledged, in milliseconds. */
  readonly userTimeout?: number;
  /** So many bytes may wait to be sent for the first time. */
  readonly unsentLowWaterMark?: number;
}

/** An option as the system takes it. */
export interface TcpSetting {
  /** What it is called in errors. */
  readonly name: string;
  readonly option: SocketOption;
  readonly value: number;
}

interface TcpOption {
  readonly key: keyof TcpOptions;
  readonly name: string;
  readonly option: SocketOption;
  /** How much of ours is one of the system's. */
  readonly unit: number;
}

const {
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_KEEPCNT,
  TCP_USER_TIMEOUT,
  TCP_NOTSENT_LOWAT,
} = SocketOptions;

/** Linux has two of them in seconds (tcp(7)). */
const OPTIONS: readonly TcpOption[] = [
  {
    key: "keepAliveTime",
    name: "keep-alive time in seconds",
    option: TCP_KEEPIDLE,
    unit: 1_000,
  },
  {
    key: "keepAliveInterval",
    name: "keep-alive interval in seconds",
    option: TCP_KEEPINTVL,
    unit: 1_000,
  },
  {
    key: "keepAliveCount",
    name: "keep-alive count",
    option: TCP_KEEPCNT,
    unit: 1,
  },
  {
    key: "userTimeout",
    name: "user timeout",
    option: TCP_USER_TIMEOUT,
    unit: 1,
  },
  {
    key: "unsentLowWaterMark",
    name: "unsent low-water mark",
    option: TCP_NOTSENT_LOWAT,
    unit: 1,
  },
];

/** What to set on a socket, no time shorter than it was asked for. */
export function tcpSettings(options: TcpOptions): readonly TcpSetting[] {
  return OPTIONS.flatMap(({ key, name, option, unit }) => {
    const value = options[key];
    if (value === undefined) return [];
    return [{ name, option, value: Math.ceil(value / unit) }];
  });
}
