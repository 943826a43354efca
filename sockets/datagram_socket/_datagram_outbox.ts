import { HResult } from "../../errors/hresult.ts";
import { SocketError } from "../../errors/socket_error.ts";
import type {
  DatagramSender,
  DatagramsSent,
} from "../_transport/datagram_transport.ts";
import type { Outbox, Progress } from "../streams/_outbox.ts";
import { giveSlab, SLAB_SIZE, takeSlab } from "../streams/_slab_pool.ts";

/** RFC 768 and RFC 791: 65,535 less the headers of UDP (8) and IPv4 (20). */
const MAX_DATAGRAM_SIZE = 65_507;

/** Datagrams in one slab, one behind the other. */
interface Row {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: number[];
  /** Which is the first that was not sent, and where it begins. */
  first: number;
  offset: number;
  /** Where the next one goes. */
  end: number;
}

/** Datagrams that wait to be sent. One write is one datagram. */
export class DatagramOutbox implements Outbox {
  readonly refusesSome = true;
  readonly #sender: DatagramSender;
  readonly #onPending: (isPending: boolean) => void;
  readonly #refusal: () => Error | null;
  readonly #rows: Row[] = [];

  /**
   * @param onPending Called when there begins to be something to send, and
   * when there is nothing more.
   * @param refusal Why no datagram can be sent; null if they can be.
   */
  constructor(
    sender: DatagramSender,
    onPending: (isPending: boolean) => void,
    refusal: () => Error | null,
  ) {
    this.#sender = sender;
    this.#onPending = onPending;
    this.#refusal = refusal;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  sizeOf(length: number): number {
    return countOf(length);
  }

  refuse({ length }: Uint8Array): Error | null {
    if (length <= MAX_DATAGRAM_SIZE) return this.#refusal();
    return new SocketError(
      `Cannot send a datagram of "${length}" bytes: it may have ${MAX_DATAGRAM_SIZE} at most`,
      HResult.WSAEMSGSIZE,
    );
  }

  append(chunk: Uint8Array): boolean {
    const last = this.#rows.at(-1);
    const isFull = last !== undefined && last.end + chunk.length > SLAB_SIZE;
    const row = last === undefined || isFull ? this.#addRow() : last;
    row.bytes.set(chunk, row.end);
    row.end += chunk.length;
    row.lengths.push(chunk.length);
    return isFull;
  }

  send(): Progress | Promise<Progress> {
    const row = this.#firstRow();
    const sent = this.#sender.send(row);
    return sent instanceof Promise
      ? sent.then((each) => toProgress(row, each))
      : toProgress(row, sent);
  }

  take(size: number): void {
    let rest = size;
    while (rest > 0) {
      const row = this.#firstRow();
      const length = row.lengths[row.first] ?? 0;
      rest -= countOf(length);
      row.offset += length;
      if (++row.first < row.lengths.length) continue;
      this.#rows.shift();
      giveSlab(row.bytes);
      if (this.isEmpty) this.#onPending(false);
    }
  }

  clear(): void {
    // A call may still read the slabs, but it finds nothing more to send.
    for (const row of this.#rows) row.lengths.length = 0;
    this.#rows.length = 0;
    this.#onPending(false);
  }

  #firstRow(): Row {
    const [row] = this.#rows;
    if (row === undefined) throw new RangeError("Nothing is left to send");
    return row;
  }

  #addRow(): Row {
    if (this.isEmpty) this.#onPending(true);
    const bytes = takeSlab();
    const row = { bytes, lengths: [], first: 0, offset: 0, end: 0 };
    this.#rows.push(row);
    return row;
  }
}

/** So that a datagram of no bytes counts. */
function countOf(length: number): number {
  return length + 1;
}

function toProgress(row: Row, { count, error }: DatagramsSent): Progress {
  const { lengths, first } = row;
  let size = 0;
  for (let i = 0; i < count; i++) size += countOf(lengths[first + i] ?? 0);
  if (error === null) return { size, refusal: null };
  const refused = lengths[first + count] ?? 0;
  return { size, refusal: { size: countOf(refused), error } };
}
