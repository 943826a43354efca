import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  MAX_DESCRIPTORS,
  MSG_DONTWAIT,
  type ReceivedMessage,
  receiveMessage,
  sendMessage,
} from "../../../sockets/winsock/_descriptor_passing.ts";
import {
  close,
  native,
  openDatagram,
  openUnixPair,
  PASSING,
  receive,
  sendDatagram,
} from "../_broker/_sockets.ts";

const FFI = {
  permissions: { ffi: true },
  ignore: PASSING.ignore === true,
} as const;
/** Linux, `asm-generic/errno.h` and `asm-generic/fcntl.h`. */
const EBADF = 9;
const EAGAIN = 11;
const EPIPE = 32;
const F_GETFD = 1;
const FD_CLOEXEC = 1;

/** What comes next, which must be there. */
function take(socket: number): ReceivedMessage {
  const received = receiveMessage(native(), socket, MSG_DONTWAIT);
  assert(typeof received !== "number");
  return received;
}

Deno.test(
  "receiveMessage() takes the descriptors that sendMessage() sent",
  FFI,
  () => {
    const [sender, receiver] = openUnixPair();
    for (const count of [1, 2, 3, MAX_DESCRIPTORS]) {
      const { descriptor, port } = openDatagram();
      const copies = new Array<number>(count).fill(descriptor);
      assertEquals(
        sendMessage(native(), sender, Uint8Array.of(7, 8), copies),
        2,
      );
      close(descriptor);
      const { bytes, descriptors, isCut } = take(receiver);
      assertEquals(bytes, Uint8Array.of(7, 8));
      assertEquals(descriptors.length, count);
      assertEquals(new Set(descriptors).size, count);
      assertEquals(isCut, false);
      sendDatagram(port, "to the socket");
      assertEquals(receive(descriptors[0] ?? -1), "to the socket");
      for (const one of descriptors) {
        assertEquals(native().call.fcntl(one, F_GETFD, 0), FD_CLOEXEC);
      }
      close(...descriptors);
    }
    close(sender, receiver);
  },
);

Deno.test(
  "sendMessage() sends bytes alone as well, and no more than fit",
  FFI,
  () => {
    const [sender, receiver] = openUnixPair();
    const large = crypto.getRandomValues(new Uint8Array(65_536));
    const all = new Uint8Array(100_000);
    all.set(large);
    assertEquals(sendMessage(native(), sender, all, [], MSG_DONTWAIT), 65_536);
    let count = 0;
    while (count < large.length) {
      const { bytes, descriptors } = take(receiver);
      assertEquals(bytes, large.subarray(count, count + bytes.length));
      assertEquals(descriptors, []);
      count += bytes.length;
    }
    close(sender, receiver);
  },
);

Deno.test(
  "sendMessage() refuses too many descriptors, and what is none",
  FFI,
  () => {
    const [sender, receiver] = openUnixPair();
    const byte = Uint8Array.of(1);
    assertThrows(
      () => sendMessage(native(), sender, byte, new Array(17).fill(0)),
      RangeError,
      'Cannot send "17" descriptors at once',
    );
    assertEquals(sendMessage(native(), sender, byte, [-1]), -EBADF);
    assertEquals(receiveMessage(native(), receiver, MSG_DONTWAIT), -EAGAIN);
    close(sender, receiver);
  },
);

Deno.test("Both tell when the other end is closed", FFI, () => {
  const [sender, receiver] = openUnixPair();
  close(receiver);
  assertEquals(sendMessage(native(), sender, Uint8Array.of(1)), -EPIPE);
  assertEquals(take(sender).bytes.length, 0);
  close(sender);
  assertEquals(receiveMessage(native(), sender), -EBADF);
});
