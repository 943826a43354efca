import {
  ArgumentError,
  ClosedError,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
  WebErrorStatus,
  WebSocketError,
} from "@winrt/sockets";

/** One line that says what failed, with the name of the status and the HRESULT. */
export function describeFailure(error: unknown): string {
  if (error instanceof SocketError) {
    const status = nameOf(error.status, SocketErrorStatus);
    return `${error.message} (${status}, ${hex(error)})`;
  }
  if (error instanceof WebSocketError) {
    const status = nameOf(error.status, WebErrorStatus);
    return `${error.message} (${status}, ${hex(error)})`;
  }
  if (
    error instanceof ArgumentError || error instanceof ClosedError ||
    error instanceof InvalidOperationError
  ) {
    return `${error.message} (${error.name}, ${hex(error)})`;
  }
  return error instanceof Error
    ? `${error.message} (${error.name})`
    : `${error}`;
}

function nameOf(
  status: number,
  statuses: Readonly<Record<string, number>>,
): string {
  const entry = Object.entries(statuses).find(([_, value]) => value === status);
  return entry?.[0] ?? "unknown";
}

function hex({ hresult }: { readonly hresult: number }): string {
  const digits = (hresult >>> 0).toString(16).toUpperCase();
  return `0x${digits.padStart(8, "0")}`;
}
