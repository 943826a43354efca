import type { SendQueue } from "./_send_queue.ts";
import type { OutputStream } from "./output_stream.ts";

type QueueReader = (stream: OutputStream) => SendQueue;

let read: QueueReader | null = null;

/** Tells how to read the queue of an `OutputStream`, whose class alone can. */
export function setQueueReader(reader: QueueReader): void {
  read = reader;
}

/** The queue behind a stream. */
export function queueOf(stream: OutputStream): SendQueue {
  if (read === null) throw new TypeError("Not an OutputStream");
  return read(stream);
}
