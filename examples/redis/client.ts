import { DataWriter, StreamSocket } from "@winrt/sockets";
import { type Reply, ReplyReader } from "./reply_reader.ts";

/** A connection to a Redis server that pipelines its commands. */
export class RedisClient implements Disposable {
  readonly #socket: StreamSocket;
  readonly #replies: ReplyReader;
  /** Resolves when the command before has its reply. */
  #previous: Promise<Reply> = Promise.resolve(null);

  private constructor(socket: StreamSocket) {
    this.#socket = socket;
    this.#replies = new ReplyReader(socket.inputStream);
  }

  /** Connects to a server. */
  static async connect(host: string, port: string): Promise<RedisClient> {
    const socket = new StreamSocket();
    await socket.connectAsync(host, port);
    return new RedisClient(socket);
  }

  /** Sends a command; resolves with its reply. */
  async send(...command: readonly string[]): Promise<Reply> {
    const written = this.#socket.outputStream.writeAsync(encode(command));
    // Replies come in the order of the commands, an error like any other.
    const reply = this.#previous.then(() => this.#replies.read());
    this.#previous = reply.catch(() => null);
    const [, value] = await Promise.all([written, reply]);
    return value;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A command is an array of bulk strings: each follows its length in bytes. */
function encode(command: readonly string[]): Uint8Array {
  const writer = new DataWriter();
  writer.writeString(`*${command.length}\r\n`);
  for (const part of command) {
    writer.writeString(`$${writer.measureString(part)}\r\n`);
    writer.writeString(`${part}\r\n`);
  }
  return writer.detachBuffer();
}
