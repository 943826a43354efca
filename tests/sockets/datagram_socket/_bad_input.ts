import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import {
  ArgumentError,
  DatagramSocket,
  HResult,
  InvalidOperationError,
  SocketError,
  type SocketErrorStatus,
} from "../../../mod.ts";

/** Adapters of no computer, and what is no name of one. */
export const BAD_ADAPTERS: readonly unknown[] = [
  "no such adapter",
  "",
  null,
  5,
  {},
];

/** Bad host names, and what a message makes of them. */
export const BAD_HOSTS: readonly (readonly [unknown, string])[] = [
  ["", '""'],
  ["not a host", '"not a host"'],
  ["1.2.3", '"1.2.3"'],
  ["[::1]", '"[::1]"'],
  ["127.0.0.1:80", '"127.0.0.1:80"'],
  [undefined, "undefined"],
  [5, "5"],
  [{}, "an object"],
];

/** Whatever is thrown must name its class, its number, and the bad value. */
export function assertArgumentError(error: unknown, value: string): void {
  assertInstanceOf(error, ArgumentError, `${value}: ${error}`);
  assertEquals(error.hresult, HResult.E_INVALIDARG);
  assertStringIncludes(error.message, value);
}

export function assertInvalidOperation(
  error: unknown,
  ...parts: string[]
): void {
  assertInstanceOf(error, InvalidOperationError, `${error}`);
  assertEquals(error.hresult, HResult.E_ILLEGAL_METHOD_CALL);
  for (const part of parts) assertStringIncludes(error.message, part);
}

export function assertSocketError(
  error: unknown,
  status: SocketErrorStatus,
  value: string,
): void {
  assertInstanceOf(error, SocketError, `${value}: ${error}`);
  assertStringIncludes(error.message, value);
  assertEquals(error.status, status, error.message);
}

/** What a call throws, at once or later. */
export async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("It has not failed");
}

/** Calls a method of a socket with what its types do not allow. */
export function call(
  socket: DatagramSocket,
  name: Exclude<keyof DatagramSocket, symbol | "onmessagereceived">,
  ...args: unknown[]
): unknown {
  const method: unknown = socket[name];
  assert(typeof method === "function");
  return Reflect.apply(method, socket, args);
}

export async function open(hostname: string | null): Promise<DatagramSocket> {
  const socket = new DatagramSocket();
  await socket.bindEndpointAsync(hostname, "");
  return socket;
}
