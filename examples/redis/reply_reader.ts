import {
  DataReader,
  type InputStream,
  InputStreamOptions,
} from "@winrt/sockets";

/** What a Redis server answers to the commands that have no array for a reply. */
export type Reply = string | number | null;

const BLOCK_SIZE = 16 * 1024;
const CR = 0x0D;
const LF = 0x0A;

/**
 * Reads the replies of a Redis server, without arrays
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 */
export class ReplyReader {
  readonly #reader: DataReader;

  constructor(stream: InputStream) {
    this.#reader = new DataReader(stream);
    this.#reader.inputStreamOptions = InputStreamOptions.partial;
  }

  /** Reads the next reply. An error reply is thrown. */
  async read(): Promise<Reply> {
    const line = await this.#readLine();
    const text = line.slice(1);
    switch (line[0]) {
      case "+":
        return text;
      case "-":
        throw new Error(`Redis replied: ${text}`);
      case ":":
        return Number(text);
      case "$":
        return await this.#readBulk(Number(text));
      default:
        throw new Error(`Cannot read the reply "${line}": unknown type`);
    }
  }

  async #readBulk(length: number): Promise<string | null> {
    if (length < 0) return null;
    await this.#require(length + 2);
    const text = this.#reader.readString(length);
    this.#reader.readString(2);
    return text;
  }

  async #readLine(): Promise<string> {
    const bytes: number[] = [];
    for (;;) {
      if (this.#reader.unconsumedBufferLength === 0) await this.#load();
      const byte = this.#reader.readByte();
      if (byte === LF) break;
      if (byte !== CR) bytes.push(byte);
    }
    return new TextDecoder().decode(new Uint8Array(bytes));
  }

  async #require(count: number): Promise<void> {
    while (this.#reader.unconsumedBufferLength < count) await this.#load();
  }

  async #load(): Promise<void> {
    if (await this.#reader.loadAsync(BLOCK_SIZE) === 0) {
      throw new Error(
        "Cannot read the reply: the server closed the connection",
      );
    }
  }
}
