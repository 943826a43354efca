/** The subprotocol: messages are JSON in text, as the types below. */
export const PROTOCOL = "chat.v1";

/** Why the server closes the WebSocket of a member. */
export const CloseCode = {
  /** RFC 6455, section 7.4.1: the server ends. */
  goingAway: 1001,
  /** IANA's registry: come back later. */
  tryAgainLater: 1013,
  /** From here on they are the program's own (RFC 6455, section 7.4.2). */
  badName: 4000,
  nameTaken: 4001,
  badMessage: 4002,
} as const;

/** What the server sends. */
export type ServerMessage =
  /** The first message, to a new member: its name, and those of all. */
  | {
    readonly type: "welcome";
    readonly name: string;
    readonly names: readonly string[];
  }
  | { readonly type: "joined" | "left"; readonly name: string }
  | {
    readonly type: "said";
    readonly name: string;
    readonly text: string;
    /** In the form of ISO 8601. */
    readonly time: string;
  };

const MAX_NAME_LENGTH = 24;
const MAX_TEXT_LENGTH = 2_000;

/** A message as bytes. */
export function encodeMessage(message: ServerMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

/** The name that somebody wants to have; null if it is none. */
export function parseName(value: string | null): string | null {
  const name = value?.normalize().trim() ?? "";
  const isName = name !== "" && name.length <= MAX_NAME_LENGTH &&
    !/\p{C}/u.test(name);
  return isName ? name : null;
}

/** The text of `{ "type": "say", "text": … }`; null if it is no such message. */
export function parseSay(json: string): string | null {
  const { type, text } = parseObject(json);
  if (type !== "say" || typeof text !== "string") return null;
  const isText = text.trim() !== "" && text.length <= MAX_TEXT_LENGTH;
  return isText ? text : null;
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (_) {
    return {};
  }
}
