import { libc } from "./_libc.ts";
import { SocketOptions } from "./_socket_options.ts";

/** What the system knows of a TCP connection. Times are in microseconds. */
export interface TcpInfo {
  /** The smoothed round-trip time. */
  readonly roundTripTime: number;
  /** How far the round-trip times are from the smoothed one, on average. */
  readonly roundTripTimeVariance: number;
  /** The shortest round-trip time of late; 0 as long as there is none. */
  readonly minRoundTripTime: number;
  /** The round-trip time that the receiving side sees; 0 before data came. */
  readonly receiverRoundTripTime: number;
  /** The most bytes that were read here in such a time. */
  readonly receiverSpace: number;
  /** The bytes per second that the peer was seen to take; 0 before that. */
  readonly deliveryRate: number;
  /** Whether that rate is low because no more was sent. */
  readonly isApplicationLimited: boolean;
}

/** Where the members of `struct tcp_info` are that are in use (`linux/tcp.h`). */
export const TCP_INFO_OFFSETS = {
  tcpi_delivery_rate_app_limited: 7,
  tcpi_rtt: 68,
  tcpi_rttvar: 72,
  tcpi_rcv_rtt: 92,
  tcpi_rcv_space: 96,
  tcpi_min_rtt: 148,
  tcpi_delivery_rate: 160,
} as const;
/** The bit of its byte that `tcpi_delivery_rate_app_limited` is. */
export const APP_LIMITED_MASK = 0x01;
/** So much of the structure is asked for. A system may know less of it. */
export const TCP_INFO_SIZE = 168;
/** What stands for a time that was not measured yet (`net/ipv4/tcp.c`). */
const NO_TIME = 0xFFFFFFFF;

/** Reads what the system knows of a connection; null if that fails. */
export function readTcpInfo(descriptor: number): TcpInfo | null {
  const bytes = new Uint8Array(TCP_INFO_SIZE);
  const length = new Uint8Array(Uint32Array.of(bytes.length).buffer);
  const { level, name } = SocketOptions.TCP_INFO;
  const result = libc?.call.getsockopt(descriptor, level, name, bytes, length);
  return result === 0 ? decodeTcpInfo(bytes) : null;
}

/** Takes a `struct tcp_info` apart. What a system does not know is 0 there. */
export function decodeTcpInfo(bytes: Uint8Array): TcpInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (name: keyof typeof TCP_INFO_OFFSETS): number =>
    view.getUint32(TCP_INFO_OFFSETS[name], true);
  const flags = view.getUint8(TCP_INFO_OFFSETS.tcpi_delivery_rate_app_limited);
  const rate = view.getBigUint64(TCP_INFO_OFFSETS.tcpi_delivery_rate, true);
  const minimum = u32("tcpi_min_rtt");
  return {
    roundTripTime: u32("tcpi_rtt"),
    roundTripTimeVariance: u32("tcpi_rttvar"),
    minRoundTripTime: minimum === NO_TIME ? 0 : minimum,
    receiverRoundTripTime: u32("tcpi_rcv_rtt"),
    receiverSpace: u32("tcpi_rcv_space"),
    deliveryRate: Number(rate),
    isApplicationLimited: (flags & APP_LIMITED_MASK) !== 0,
  };
}
