import { SocketActivityContext } from "@winrt/sockets";

/** What the client has to remember, which goes with the socket. */
export interface Settings {
  readonly hostname: string;
  readonly port: string;
  /** In milliseconds. */
  readonly keepAliveTime: number;
}

/** Makes a context of settings. */
export function encodeSettings(settings: Settings): SocketActivityContext {
  return new SocketActivityContext(
    new TextEncoder().encode(JSON.stringify(settings)),
  );
}

/** Reads what {@linkcode encodeSettings} has made. */
export function decodeSettings(
  context: SocketActivityContext | null,
): Settings {
  if (context === null) throw new TypeError("The socket has no settings");
  return JSON.parse(new TextDecoder().decode(context.data));
}
