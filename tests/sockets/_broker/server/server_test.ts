import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { heldSockets } from "../../../../sockets/_broker/broker_client.ts";
import { encodeFrame, FrameReader } from "../../../../sockets/_broker/frame.ts";
import {
  formatRequest,
  REFUSED,
  type TransferRecord,
} from "../../../../sockets/_broker/protocol.ts";
import { connectUnix } from "../../../../sockets/_broker/unix_socket.ts";
import {
  receiveMessage,
  sendMessage,
} from "../../../../sockets/winsock/_descriptor_passing.ts";
import { newRecord, TestBroker } from "../_broker_process.ts";
import { close, native, openDatagram, PASSING } from "../_sockets.ts";

/** A connection to a broker, which speaks as it likes. */
class RawClient implements Disposable {
  readonly #socket: number;

  constructor({ directory }: TestBroker) {
    this.#socket = connectUnix(native(), `${directory}/broker.sock`, 5);
    assert(this.#socket >= 0);
  }

  send(bytes: Uint8Array, descriptors: readonly number[] = []): void {
    let count = 0;
    while (count < bytes.length) {
      const rest = count === 0 ? descriptors : [];
      const part = bytes.subarray(count);
      count += sendMessage(native(), this.#socket, part, rest);
    }
  }

  /** What comes next; empty at the end. */
  receive(): Uint8Array {
    const received = receiveMessage(native(), this.#socket);
    if (typeof received === "number") return new Uint8Array();
    close(...received.descriptors);
    return received.bytes;
  }

  /** The reply to a request. */
  ask(text: string, descriptors: readonly number[] = []): string | null {
    this.send(encodeFrame(text), descriptors);
    return new FrameReader().push(this.receive());
  }

  [Symbol.dispose](): void {
    close(this.#socket);
  }
}

const BAD = '{"ok":false,"code":"bad-request"}';

Deno.test(
  "A broker refuses what is no request, and goes on",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    for (const text of ["", "x", "{}", '{"version":2}', "[]"]) {
      using client = new RawClient(broker);
      assertEquals(client.ask(text), BAD);
    }
    const record = newRecord("a");
    const requests: [TransferRecord, number[]][] = [
      [record, []],
      [{ ...record, id: "x".repeat(257) }, [0]],
      [{ ...record, context: new Uint8Array(65_537) }, [0]],
    ];
    for (const [record, descriptors] of requests) {
      using client = new RawClient(broker);
      const text = formatRequest("test", { name: "transfer", record });
      assertEquals(client.ask(text, descriptors), BAD);
    }
    assertEquals(heldSockets(), []);
  },
);

Deno.test(
  "A broker drops who sends no frame, or says nothing",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    using silent = new RawClient(broker);
    for (
      const bytes of [
        Uint8Array.of(255, 255, 255, 255),
        Uint8Array.of(0, 0, 0, 1, 0xff),
        Uint8Array.of(0, 0, 0, 0, 0),
      ]
    ) {
      using client = new RawClient(broker);
      client.send(bytes, [0]);
      assertEquals(client.receive().length, 0);
    }
    new RawClient(broker)[Symbol.dispose]();
    assertEquals(heldSockets(), []);
    // It had no need to wait for this one.
    silent.send(encodeFrame("x"));
  },
);

Deno.test(
  "A broker takes back what a program does not acknowledge",
  PASSING,
  async () => {
    await using broker = await TestBroker.start();
    const { descriptor } = openDatagram();
    const record = newRecord("a", { kind: 2 });
    const text = formatRequest("test", { name: "transfer", record });
    using client = new RawClient(broker);
    assertEquals(client.ask(text, [descriptor]), '{"ok":true,"result":null}');
    // Nobody sees it yet, and nobody else can use the id.
    assertEquals(heldSockets(), []);
    using other = new RawClient(broker);
    assertStringIncludes(other.ask(text, [descriptor]) ?? "", "in-transfer");
    const context = formatRequest("test", { name: "claim", id: "a", kind: 2 });
    using third = new RawClient(broker);
    assertStringIncludes(third.ask(context) ?? "", "in-transfer");
    client.send(Uint8Array.of(1));
    assertEquals(client.receive(), Uint8Array.of(REFUSED));
    assertEquals(client.receive().length, 0);
    using again = new RawClient(broker);
    assertStringIncludes(again.ask(text, [descriptor]) ?? "", '"ok":true');
    close(descriptor);
  },
);
