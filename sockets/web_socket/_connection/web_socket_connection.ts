import { setImmediate } from "node:timers";
import { ClosedError } from "../../../errors/closed_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import { WebSocketError } from "../../../errors/web_socket_error.ts";
import type { Connection } from "../../stream_socket/_connection.ts";
import { ignore } from "../../streams/_completions.ts";
import { CloseCode } from "../_codec/close_code.ts";
import { encodeClose, parseClose } from "../_codec/close_frame.ts";
import type { DataReceiver } from "./data_receiver.ts";
import { FrameReader } from "./frame_reader.ts";
import { FrameSender } from "./frame_sender.ts";
import { KeepAlive } from "./keep_alive.ts";
import type { MessageCompression } from "./message_compression.ts";
import { addOpenConnection, removeOpenConnection } from "./open_connections.ts";
import { Opcode } from "../_codec/opcode.ts";
import { Pings } from "./pings.ts";
import { ProtocolFailure } from "../_codec/protocol_failure.ts";

/** How a WebSocket is used, once its handshake is done. */
export interface WebSocketSettings {
  readonly isServer: boolean;
  /** Whether bytes alone count, and not messages. */
  readonly isStream: boolean;
  /** Null without compression. */
  readonly compression: MessageCompression | null;
  /** So many milliseconds of silence are the end; 0 for no limit. */
  readonly idleTimeout: number;
  /** How often a pong is sent that nobody asked for, in ms; 0 for never. */
  readonly pongInterval: number;
  /** How long the peer may take to answer a close frame, in ms. */
  readonly closeTimeout: number;
}

/** What a close frame says. */
interface CloseStatus {
  readonly code: number;
  readonly reason: string;
}

/** Told once, when a WebSocket is closed. */
export type ClosedListener = (code: number, reason: string) => void;

/** How long the peer may take to answer a close frame, as in WinHTTP. */
export const CLOSE_TIMEOUT = 10_000;
/**
 * How long the peer may take to end the connection after both close frames or a
 * refusal, and the program to reply to what came before a close frame: less than
 * the peer waits for the answer.
 */
export const LINGER_TIMEOUT = 2_000;
const NOTHING = new Uint8Array(0);

/**
 * The life of one WebSocket after its handshake: the messages and control frames
 * in both directions, and the closing handshake (RFC 6455, section 7).
 */
export class WebSocketConnection {
  readonly #connection: Connection;
  readonly #settings: WebSocketSettings;
  readonly #receiver: DataReceiver;
  readonly #onClosed: ClosedListener;
  readonly #reader: FrameReader;
  readonly #sender: FrameSender;
  readonly #keepAlive: KeepAlive;
  readonly #pings = new Pings();
  /** The close frame that is sent, once there is one. */
  #closing: Promise<void> | null = null;
  #isCloseSent = false;
  /** What the close frame of the peer has said. */
  #peerClose: CloseStatus | null = null;
  /** What the peer is told that has broken the protocol. */
  #refusal: CloseStatus | null = null;
  /** Whether the program has closed it. */
  #isClosedHere = false;
  /** Whether the end of the connection is on its way, or is there. */
  #isFinishing = false;
  #isGone = false;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(
    connection: Connection,
    settings: WebSocketSettings,
    receiver: DataReceiver,
    onClosed: ClosedListener,
  ) {
    const { isServer, isStream: skipsEmpty, compression } = settings;
    this.#connection = connection;
    this.#settings = settings;
    this.#receiver = receiver;
    this.#onClosed = onClosed;
    this.#sender = connection.replaceSender((sink, extras) =>
      new FrameSender(sink, extras, {
        isServer,
        skipsEmpty,
        compression,
        onClose: () => this.#sendClose(null, "", CloseCode.normal),
      })
    );
    this.#reader = new FrameReader(connection, {
      receiver,
      onHeard: () => this.#keepAlive.onHeard(),
      onControl: (opcode, payload) => this.#onControl(opcode, payload),
    }, { isServer, inflater: compression?.inflater ?? null });
    this.#keepAlive = new KeepAlive({
      idleTimeout: settings.idleTimeout,
      pongInterval: settings.pongInterval,
      isListening: () => receiver.room === null,
      hasProgress: () => this.#sender.hasProgress(),
      ask: () => void this.#sender.ping(NOTHING).catch(ignore),
      tell: () => this.sendPong(),
      onDead: () => this.#onDead(),
    });
    connection.closed.then(() => this.#onGone());
    if (!isServer) addOpenConnection(this);
  }

  /** What sends the messages. */
  get sender(): FrameSender {
    return this.#sender;
  }

  /** Resolves when the socket has been given back to the system. */
  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  /** Reads what the peer sends, until the end. */
  async run(): Promise<void> {
    try {
      const hasEnded = await this.#reader.run();
      if (hasEnded && !this.#isFinishing) this.#lose(connectionLost());
    } catch (error) {
      if (error instanceof ProtocolFailure) await this.#refuse(error);
      else if (!this.#isFinishing) this.#lose(connectionLost(error));
    }
  }

  /** Asks the peer for an answer; resolves with how long that took, in ms. */
  async ping(payload: Uint8Array = this.#pings.nextPayload()): Promise<number> {
    const answered = this.#pings.wait(payload);
    answered.catch(ignore);
    await this.#sender.ping(payload);
    return await answered;
  }

  /** Tells the peer something that it does not answer (RFC 6455, 5.5.3). */
  sendPong(): void {
    this.#sender.tell();
  }

  /**
   * Sends what waits, then a close frame, and waits for that of the peer; what
   * the peer sends meanwhile is dropped. Does nothing the second time.
   *
   * @returns A promise that resolves when the connection is gone.
   */
  close(code: number | null, reason: string): Promise<void> {
    if (!this.#isClosedHere) {
      this.#isClosedHere = true;
      this.#receiver.discard(operationCanceled());
      if (!this.#isFinishing) this.#limit(this.#settings.closeTimeout);
      // A failure is that of the connection, which ends it.
      this.#sendClose(code, reason).catch(ignore);
      if (this.#isGone) this.#tellUnansweredClose();
    }
    return this.closed;
  }

  #onControl(opcode: Opcode, payload: Uint8Array): void {
    if (opcode === Opcode.ping) this.#sender.pong(payload);
    else if (opcode === Opcode.pong) this.#pings.answer(payload);
    else this.#onPeerClose(payload);
  }

  #onPeerClose(payload: Uint8Array): void {
    const { code, reason } = parseClose(payload);
    this.#peerClose = { code, reason };
    this.#reader.stop();
    // Nothing is to come any more, however long the answer takes.
    this.#keepAlive.stop();
    const seen = this.#receiver.end();
    this.#onClosed(code, reason);
    if (this.#isCloseSent) this.#finish(this.#settings.isServer);
    else this.#answerClose(seen);
  }

  /**
   * Answers the close frame of the peer, after the replies to what came before it
   * (RFC 6455, section 5.5.1, lets an endpoint finish what it sends).
   *
   * @param seen Resolves when all that has come was taken.
   */
  async #answerClose(seen: Promise<void>): Promise<void> {
    await this.#untilReplied(seen);
    if (this.#isFinishing) return;
    this.#limit(this.#settings.closeTimeout);
    try {
      await this.#sendClose(null, "");
    } catch (_) {
      // Nobody reads any more, who would learn that the connection is lost.
      this.#breakOff();
    }
  }

  /** The peer has broken the protocol: it is told so, and that is the end. */
  async #refuse({ closeCode, message }: ProtocolFailure): Promise<void> {
    const error = new WebSocketError(
      message,
      HResult.WININET_E_INVALID_SERVER_RESPONSE,
      { closeCode },
    );
    this.#refusal = { code: closeCode, reason: "" };
    const seen = this.#receiver.fail(error);
    this.#pings.reject(error);
    await this.#untilReplied(seen);
    if (this.#isFinishing) return;
    this.#limit(LINGER_TIMEOUT);
    try {
      await this.#sendClose(closeCode, "");
    } catch (_) {
      // The connection is lost, and with it what there was to say.
    }
    this.#finish(true);
  }

  /** Waits for the replies to what has come, but not for ever. */
  async #untilReplied(seen: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    this.#limit(LINGER_TIMEOUT, resolve);
    await Promise.race([seen, late]);
    // Whoever has taken the last of it answers in the same turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /**
   * Sends a close frame, once.
   *
   * @param code Null for that of the peer, or another one if it has not closed.
   * A peer that has broken the protocol is told that.
   */
  #sendClose(
    code: number | null,
    reason: string,
    otherwise: number | null = null,
  ): Promise<void> {
    const answer = this.#refusal ?? (code === null ? this.#peerClose : null);
    this.#closing ??= answer === null
      ? this.#writeClose(code ?? otherwise, reason)
      : this.#writeClose(answer.code, answer.reason);
    return this.#closing;
  }

  async #writeClose(code: number | null, reason: string): Promise<void> {
    await this.#sender.close(encodeClose(code, reason));
    this.#isCloseSent = true;
    this.#sender.end(closedError());
    if (this.#peerClose !== null) this.#finish(this.#settings.isServer);
  }

  /**
   * Both sides have said all. The server ends the connection, so that it is the
   * one that keeps its port in TIME_WAIT (RFC 6455, section 7.1.1).
   */
  #finish(isToTell: boolean): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    this.#reader.stop();
    this.#limit(LINGER_TIMEOUT);
    // What comes is read to the end, so that the close frame is not lost by a
    // reset.
    this.#connection.reader.cancel(null);
    this.#sender.finish(isToTell).catch(ignore);
  }

  /** The connection is gone without a closing handshake. */
  #lose(error: WebSocketError): void {
    this.#isFinishing = true;
    this.#reader.stop();
    this.#receiver.fail(error);
    this.#pings.reject(error);
    this.#sender.abort(error);
    this.#connection.abort();
  }

  #onDead(): void {
    const { idleTimeout } = this.#settings;
    this.#lose(
      new WebSocketError(
        `Cannot receive: nothing has come for "${idleTimeout}" ms, and a ping was not answered`,
        HResult.WININET_E_TIMEOUT,
      ),
    );
  }

  /** Gives up in some time, or does something else. */
  #limit(
    milliseconds: number,
    onTimeout: () => void = () => this.#breakOff(),
  ): void {
    clearTimeout(this.#deadline);
    // No timer outlives the connection.
    if (this.#isGone) onTimeout();
    else this.#deadline = setTimeout(onTimeout, milliseconds);
  }

  /** Leaves a peer that does not do its part of the closing. */
  #breakOff(): void {
    this.#isFinishing = true;
    this.#reader.stop();
    this.#sender.abort(operationCanceled());
    this.#connection.abort();
  }

  #onGone(): void {
    clearTimeout(this.#deadline);
    this.#isFinishing = true;
    this.#isGone = true;
    removeOpenConnection(this);
    this.#keepAlive.stop();
    this.#settings.compression?.close();
    // Nothing if its end was told.
    this.#receiver.fail(connectionLost());
    this.#pings.reject(connectionLost());
    if (this.#isClosedHere) this.#tellUnansweredClose();
  }

  #tellUnansweredClose(): void {
    if (this.#peerClose === null) this.#onClosed(CloseCode.abnormal, "");
  }
}

function connectionLost(cause?: unknown): WebSocketError {
  return new WebSocketError(
    "Cannot receive: the connection was lost without a close frame",
    HResult.WININET_E_CONNECTION_ABORTED,
    cause === undefined ? {} : { cause },
  );
}

function operationCanceled(): WebSocketError {
  return new WebSocketError(
    "Cannot complete the operation: the WebSocket was closed",
    HResult.WININET_E_OPERATION_CANCELLED,
  );
}

function closedError(): ClosedError {
  return new ClosedError("Cannot write: the WebSocket is closed");
}
