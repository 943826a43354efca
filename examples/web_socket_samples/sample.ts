// deno-lint-ignore-file no-console -- it prints for its user
import {
  ChainValidationResult,
  type ClientWebSocket,
  type WebSocketControl,
} from "@winrt/sockets";
import { describeFailure } from "../echo/failure.ts";

/** Runs a sample; a failure is printed, and is the end of it. */
export async function runSample(sample: () => Promise<void>): Promise<void> {
  try {
    await sample();
  } catch (error) {
    console.error(describeFailure(error));
    Deno.exitCode = 1;
  }
}

/** Prints a line, in the place of the output field of the page. */
export function appendOutputLine(text: string): void {
  console.log(text);
}

/** Resolves when a WebSocket is closed, and tells how. */
export function untilClosed(
  webSocket: Pick<ClientWebSocket, "addEventListener">,
): Promise<void> {
  return new Promise((resolve) => {
    webSocket.addEventListener("closed", ({ code, reason }) => {
      appendOutputLine(`Closed; Code: ${code} Reason: ${reason}`);
      resolve();
    });
  });
}

/**
 * Accepts the certificate of the sample's server, which has signed itself and is
 * for www.fabrikam.com.
 *
 * Only test programs should ignore errors of certificates. In a real one, nobody
 * knows then who the server is, and whoever is in between can read everything.
 */
export function ignoreCertificateErrors(
  { ignorableServerCertificateErrors }: WebSocketControl,
): void {
  ignorableServerCertificateErrors.push(
    ChainValidationResult.untrusted,
    ChainValidationResult.invalidName,
  );
}

/** Whether a URI asks for TLS. */
export function isSecure(uri: string): boolean {
  return URL.parse(uri)?.protocol === "wss:";
}
