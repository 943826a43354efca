import { quote } from "../addressing/_quote.ts";
import { ArgumentError } from "../../errors/argument_error.ts";
import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { maySeeSystemRoots } from "../certificates/_system_roots.ts";
import { IGNORABLE_RESULTS } from "../certificates/_severity.ts";
import { Certificate } from "../certificates/certificate.ts";
import { ChainValidationResult } from "../certificates/chain_validation_result.ts";
import { ClientCertificateMode } from "./client_certificate_mode.ts";
import type { ServerCertificate } from "./server_certificate.ts";
import { SocketProtectionLevel } from "./socket_protection_level.ts";

/** What `handshakeTimeout` is until it is set, in milliseconds. */
const HANDSHAKE_TIMEOUT = 30_000;
/** RFC 7301, section 3.1: a name has a length of one byte. */
const MAX_PROTOCOL_LENGTH = 255;

/** What controls hold of TLS. */
export interface TlsSettings {
  clientCertificate: Certificate | null;
  readonly ignorableErrors: ChainValidationResult[];
  minProtectionLevel: SocketProtectionLevel;
  trustedRoots: Certificate[];
  alpnProtocols: string[];
  handshakeTimeout: number;
  collectsInformation: boolean;
  serverCertificate: ServerCertificate | null;
  clientCertificateMode: ClientCertificateMode;
}

/** The settings of a control that nobody has changed. */
export function defaultTlsSettings(): TlsSettings {
  return {
    clientCertificate: null,
    ignorableErrors: [],
    minProtectionLevel: SocketProtectionLevel.plainSocket,
    trustedRoots: [],
    alpnProtocols: [],
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    collectsInformation: false,
    serverCertificate: null,
    clientCertificateMode: ClientCertificateMode.none,
  };
}

/**
 * Throws unless each setting can be used. The lists are checked when they are
 * used, since a program may change them at any time.
 */
export function checkTlsSettings(settings: TlsSettings): void {
  const names = Object.entries(ChainValidationResult);
  for (const error of settings.ignorableErrors) {
    if (IGNORABLE_RESULTS.includes(error)) continue;
    const name = names.find(([, value]) => value === error)?.[0] ?? error;
    throw new ArgumentError(
      `Cannot ignore the certificate error "${name}": only untrusted, expired, incompleteChain, wrongUsage, invalidName, revocationInformationMissing and revocationFailure can be ignored`,
    );
  }
  for (const root of settings.trustedRoots) {
    checkCertificate("a trusted root certificate", root);
  }
  for (const protocol of settings.alpnProtocols) checkAlpnProtocol(protocol);
}

/** Throws unless each setting of a server can be used. */
export function checkServerSettings(settings: TlsSettings): void {
  checkTlsSettings(settings);
  const { clientCertificateMode, trustedRoots } = settings;
  const isJudging = clientCertificateMode !== ClientCertificateMode.none;
  if (!isJudging || trustedRoots.length > 0 || maySeeSystemRoots()) return;
  throw new InvalidOperationError(
    "Cannot ask for client certificates: whom to trust is not known, set trustedRootCertificates, or run with --allow-sys for the roots of the system",
  );
}

/** Settings that nobody else changes. */
export function copyTlsSettings(settings: TlsSettings): TlsSettings {
  return {
    ...settings,
    ignorableErrors: [...settings.ignorableErrors],
    trustedRoots: [...settings.trustedRoots],
    alpnProtocols: [...settings.alpnProtocols],
  };
}

/** The settings of a server that are given with a call. */
export function toServerSettings(options: {
  readonly clientCertificateMode?: ClientCertificateMode;
  readonly trustedRootCertificates?: readonly Certificate[];
  readonly alpnProtocols?: readonly string[];
  readonly handshakeTimeout?: number;
}): TlsSettings {
  const settings = defaultTlsSettings();
  const {
    clientCertificateMode = settings.clientCertificateMode,
    trustedRootCertificates = [],
    alpnProtocols = [],
    handshakeTimeout = settings.handshakeTimeout,
  } = options;
  checkClientCertificateMode(clientCertificateMode);
  checkHandshakeTimeout(handshakeTimeout);
  return {
    ...settings,
    clientCertificateMode,
    trustedRoots: [...trustedRootCertificates],
    alpnProtocols: [...alpnProtocols],
    handshakeTimeout,
  };
}

/** Throws unless a value can be the certificate of a server. */
export function checkServerCertificate(value: unknown): void {
  if (typeof value !== "function") {
    checkOwnCertificate("the certificate of a server", value);
  }
}

/** Throws unless a value is a mode. */
export function checkClientCertificateMode(value: unknown): void {
  const known: readonly unknown[] = Object.values(ClientCertificateMode);
  if (known.includes(value)) return;
  throw new ArgumentError(
    `Cannot set clientCertificateMode to "${value}": it must be one of ClientCertificateMode`,
  );
}

/** Throws unless a value is a certificate. */
export function checkCertificate(role: string, value: unknown): void {
  if (value instanceof Certificate) return;
  throw new ArgumentError(
    `Cannot use ${quote(value)} as ${role}: it must be a Certificate`,
  );
}

/** Throws unless a value is a certificate with its private key. */
export function checkOwnCertificate(role: string, value: unknown): void {
  checkCertificate(role, value);
  if (value instanceof Certificate && value.hasPrivateKey) return;
  throw new ArgumentError(
    `Cannot use the certificate of "${
      value instanceof Certificate ? value.subject : value
    }" as ${role}: it has no private key, give it to Certificate.fromPem`,
  );
}

/** Throws unless a value is a time that a handshake may take. */
export function checkHandshakeTimeout(value: unknown): void {
  if (typeof value === "number" && value > 0) return;
  throw new ArgumentError(
    `Cannot set handshakeTimeout to "${value}": it must be a number of milliseconds above 0`,
  );
}

function checkAlpnProtocol(value: unknown): void {
  const length = typeof value === "string"
    ? new TextEncoder().encode(value).length
    : 0;
  if (length > 0 && length <= MAX_PROTOCOL_LENGTH) return;
  throw new ArgumentError(
    `Cannot use ${
      quote(value)
    } as an ALPN protocol: it must be a string of 1 to ${MAX_PROTOCOL_LENGTH} bytes`,
  );
}
