import { ArgumentError } from "../../errors/argument_error.ts";
import { quote } from "../addressing/_quote.ts";
import type { WebSocketCompressionOptions } from "./web_socket_compression_options.ts";

/** The compression that was asked for, with every default filled in. */
export type CompressionSettings = Readonly<
  Required<WebSocketCompressionOptions>
>;

/**
 * Checks what a program sets as the compression.
 *
 * @param value `true` stands for all defaults.
 * @returns The settings; null for no compression.
 */
export function toCompressionSettings(
  value: boolean | WebSocketCompressionOptions | null | undefined,
): CompressionSettings | null {
  if (value === undefined || value === null || value === false) return null;
  if (value !== true && typeof value !== "object") {
    throw new ArgumentError(
      `Cannot set compression to ${
        quote(value)
      }: it must be a boolean, or an object of options`,
    );
  }
  const settings = withDefaults(value === true ? {} : value);
  checkInteger("level", settings.level, 0, 9);
  checkInteger("threshold", settings.threshold, 0);
  checkBoolean("serverNoContextTakeover", settings.serverNoContextTakeover);
  checkBoolean("clientNoContextTakeover", settings.clientNoContextTakeover);
  checkInteger("serverMaxWindowBits", settings.serverMaxWindowBits, 9, 15);
  checkInteger("clientMaxWindowBits", settings.clientMaxWindowBits, 9, 15);
  checkInteger("maxInflatedSize", settings.maxInflatedSize, 1);
  return settings;
}

function withDefaults({
  level = 6,
  threshold = 1024,
  serverNoContextTakeover = false,
  clientNoContextTakeover = false,
  serverMaxWindowBits = 15,
  clientMaxWindowBits = 15,
  maxInflatedSize = 16_777_216,
}: WebSocketCompressionOptions): CompressionSettings {
  return {
    level,
    threshold,
    serverNoContextTakeover,
    clientNoContextTakeover,
    serverMaxWindowBits,
    clientMaxWindowBits,
    maxInflatedSize,
  };
}

function checkInteger(
  property: string,
  value: unknown,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): void {
  const isInRange = Number.isInteger(value) && Number(value) >= minimum &&
    Number(value) <= maximum;
  if (isInRange) return;
  throw new ArgumentError(
    `Cannot set compression.${property} to ${
      quote(value)
    }: it must be a whole number from ${minimum} to ${maximum}`,
  );
}

function checkBoolean(property: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new ArgumentError(
    `Cannot set compression.${property} to ${
      quote(value)
    }: it must be a boolean`,
  );
}
