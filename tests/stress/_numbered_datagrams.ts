// deno-lint-ignore-file no-console -- it tells the test what has arrived
/**
 * Sends numbered datagrams from one `DatagramSocket` to another, no faster than
 * that takes them, and tells how many arrived as they were sent: in order, once,
 * with the bytes that belong to their number.
 *
 * Usage: `deno run tests/stress/_numbered_datagrams.ts COUNT`
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { DatagramSocket } from "../../mod.ts";

/** RFC 768 and RFC 791: the longest datagram of IPv4. */
const MAX_SIZE = 65_507;
/** Most datagrams are no longer than what one Ethernet frame has room for. */
const FRAME_SIZE = 1_472;
/** Every so many datagrams, one may be of any size. */
const LARGE_EVERY = 128;
/** So much is under way at most: it fits into the buffer of a socket. */
const WINDOW = { count: 64, size: 48 * 1024 };
const SEED = 0x9E3779B9;

/** What has become of the datagrams. */
export interface Tally {
  readonly sent: number;
  readonly received: number;
  /** The numbers of the first datagrams that were not the expected ones. */
  readonly wrong: readonly number[];
  readonly bytes: number;
  readonly sizes: readonly [least: number, most: number];
}

/** A number that looks random and follows from another (MurmurHash3's end). */
function scramble(number: number): number {
  let hash = (number + SEED) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85EBCA6B);
  hash = Math.imul(hash ^ (hash >>> 13), 0xC2B2AE35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const NOISE = new Uint8Array(2 * MAX_SIZE);
for (let i = 0; i < NOISE.length; i++) NOISE[i] = scramble(i);

function sizeOf(number: number): number {
  if (number === 0) return MAX_SIZE;
  const hash = scramble(number);
  const isLarge = number % LARGE_EVERY === 0;
  return hash % ((isLarge ? MAX_SIZE : FRAME_SIZE) + 1);
}

/** The bytes of a datagram: its number, as far as it fits, and noise. */
function datagramOf(number: number): Uint8Array {
  const start = scramble(~number) % MAX_SIZE;
  const bytes = NOISE.slice(start, start + sizeOf(number));
  for (let i = 0; i < 4 && i < bytes.length; i++) bytes[i] = number >>> 8 * i;
  return bytes;
}

async function run(count: number): Promise<Tally> {
  await using receiver = new DatagramSocket();
  await receiver.bindEndpointAsync("127.0.0.1", "");
  await using sender = new DatagramSocket();
  await sender.connectAsync("127.0.0.1", receiver.information.localPort);
  const messages = receiver[Symbol.asyncIterator]();
  const wrong: number[] = [];
  let received = 0;
  let bytes = 0;
  let least = MAX_SIZE;
  let most = 0;
  for (let first = 0; first < count;) {
    const sent: Uint8Array[] = [];
    let size = 0;
    while (
      first + sent.length < count && sent.length < WINDOW.count &&
      size < WINDOW.size
    ) {
      const datagram = datagramOf(first + sent.length);
      size += datagram.length;
      sender.outputStream.writeAsync(datagram);
      sent.push(datagram);
    }
    await sender.outputStream.flushAsync();
    for (const [index, expected] of sent.entries()) {
      const { value } = await messages.next();
      const actual = value?.getDataReader().detachBuffer() ?? new Uint8Array();
      received++;
      bytes += actual.length;
      least = Math.min(least, actual.length);
      most = Math.max(most, actual.length);
      if (
        !Buffer.from(actual.buffer, actual.byteOffset, actual.length).equals(
          expected,
        )
      ) {
        wrong.push(first + index);
      }
    }
    if (wrong.length > 0) break;
    first += sent.length;
  }
  await assertQuiet(receiver, sender);
  return { sent: count, received, wrong, bytes, sizes: [least, most] };
}

/** Nothing more may come: what was doubled would come before a last datagram. */
async function assertQuiet(
  receiver: DatagramSocket,
  sender: DatagramSocket,
): Promise<void> {
  const last = Uint8Array.of(1, 2, 3);
  await sender.outputStream.writeAsync(last);
  for await (const message of receiver) {
    const actual = message.getDataReader().detachBuffer();
    if (Buffer.from(actual).equals(last)) return;
    throw new Error(`Received a datagram of "${actual.length}" bytes twice`);
  }
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(Number(Deno.args[0]))));
}
