import {
  ArgumentError,
  ClosedError,
  InvalidOperationError,
  SocketError,
  SocketErrorStatus,
} from "@winrt/sockets";

/** One line that says what failed, with the name of the status and the HRESULT. */
export function describeFailure(error: unknown): string {
  if (error instanceof SocketError) {
    return `${error.message} (${statusName(error.status)}, ${hex(error)})`;
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

function statusName(status: SocketErrorStatus): string {
  const entry = Object.entries(SocketErrorStatus)
    .find(([_, value]) => value === status);
  return entry?.[0] ?? "unknown";
}

function hex({ hresult }: { readonly hresult: number }): string {
  const digits = (hresult >>> 0).toString(16).toUpperCase();
  return `0x${digits.padStart(8, "0")}`;
}
