// deno-lint-ignore-file no-console -- its test reads what it prints
/**
 * What a program sees of transfers and descriptors that may make no native
 * calls.
 *
 * @module
 */
import {
  DatagramSocket,
  InvalidOperationError,
  SocketActivityInformation,
  StreamSocket,
  StreamSocketListener,
} from "../../../mod.ts";

for (
  const call of [
    () => new StreamSocket().enableTransferOwnership(null),
    () => new StreamSocketListener().enableTransferOwnership(null),
    () => new DatagramSocket().enableTransferOwnership(null),
    () => StreamSocket.fromDescriptor(3),
    () => StreamSocketListener.fromDescriptor(3),
    () => DatagramSocket.fromDescriptor(3),
    () => SocketActivityInformation.allSockets,
  ]
) {
  try {
    call();
    console.log("done");
  } catch (error) {
    if (!(error instanceof InvalidOperationError)) throw error;
    console.log(error.hresult >>> 0, error.message);
  }
}
