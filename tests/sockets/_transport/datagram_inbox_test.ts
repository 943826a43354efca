import { assertEquals, assertInstanceOf } from "@std/assert";
import { SocketError } from "../../../errors/socket_error.ts";
import { HResult } from "../../../errors/hresult.ts";
import {
  type Arrival,
  DatagramInbox,
} from "../../../sockets/_transport/datagram_inbox.ts";

const PURE = { permissions: "none" } as const;
const HERE = "192.0.2.1";

function arrivalOf(size: number, port: number = 9): Arrival {
  const remote = { hostname: "192.0.2.2", port };
  return {
    bytes: new Uint8Array(size),
    remote,
    localHostname: HERE,
    error: null,
  };
}

function failure(): Arrival {
  const remote = { hostname: "", port: 0 };
  return { error: new Error("refused"), remote, localHostname: HERE };
}

Deno.test("DatagramInbox reads only while somebody waits", PURE, async () => {
  let reads = 0;
  const inbox = new DatagramInbox(() => reads++);
  assertEquals(inbox.put(arrivalOf(1)), false);
  assertEquals(await inbox.receive(), [arrivalOf(1)]);
  assertEquals(reads, 0);
  const pending = inbox.receive();
  assertEquals(reads, 1);
  assertEquals(inbox.put(arrivalOf(2)), false);
  assertEquals(await pending, [arrivalOf(2)]);
});

Deno.test(
  "DatagramInbox.put() wants more when a stranger's datagram came",
  PURE,
  async () => {
    const inbox = new DatagramInbox(() => {});
    inbox.connect({ hostname: "192.0.2.2", port: 9 });
    const pending = inbox.receive();
    assertEquals(inbox.put(arrivalOf(1, 8)), true);
    assertEquals(inbox.put(arrivalOf(2)), false);
    assertEquals(await pending, [arrivalOf(2)]);
  },
);

Deno.test(
  "DatagramInbox.connect() drops what strangers have sent, and no more fits than before",
  PURE,
  async () => {
    const inbox = new DatagramInbox(() => {});
    const error = failure();
    for (let i = 0; i < 4; i++) {
      for (const port of [7, 8, 9]) inbox.put(arrivalOf(65_507, port));
    }
    inbox.put(error);
    inbox.connect({ hostname: "192.0.2.2", port: 9 });
    // 15 fit, and 4 of them wait.
    for (let i = 0; i < 12; i++) inbox.put(arrivalOf(65_507));
    const arrivals = await inbox.receive();
    const datagrams = arrivals.filter((arrival) => arrival.error === null);
    assertEquals(datagrams, Array(15).fill(arrivalOf(65_507)));
    assertEquals(arrivals[4], error);
    assertEquals(
      arrivals.at(-1)?.error?.message,
      'Cannot receive "1" datagrams: no buffer space available',
    );
  },
);

Deno.test(
  "DatagramInbox.connect() still tells how many were lost before, and goes on",
  PURE,
  async () => {
    const inbox = new DatagramInbox(() => {});
    for (let i = 0; i < 20; i++) inbox.put(arrivalOf(65_507, 8));
    inbox.connect({ hostname: "192.0.2.2", port: 9 });
    inbox.put(arrivalOf(1));
    const [lost, ...others] = await inbox.receive();
    assertEquals(
      lost?.error?.message,
      'Cannot receive "5" datagrams: no buffer space available',
    );
    assertEquals(others, [arrivalOf(1)]);
  },
);

Deno.test(
  "DatagramInbox.put() takes errors from everywhere",
  PURE,
  async () => {
    const inbox = new DatagramInbox(() => {});
    inbox.connect({ hostname: "192.0.2.2", port: 9 });
    const arrival = failure();
    inbox.put(arrival);
    assertEquals(await inbox.receive(), [arrival]);
  },
);

Deno.test(
  "DatagramInbox keeps no more than a megabyte, and tells how many were lost",
  PURE,
  async () => {
    const inbox = new DatagramInbox(() => {});
    for (let i = 0; i < 20; i++) inbox.put(arrivalOf(65_507));
    // None overtakes those that were lost.
    inbox.put(arrivalOf(0));
    const arrivals = await inbox.receive();
    assertEquals(arrivals.length, 16);
    const error = arrivals.at(-1)?.error;
    assertInstanceOf(error, SocketError);
    assertEquals(error.hresult, HResult.WSAENOBUFS);
    assertEquals(
      error.message,
      'Cannot receive "6" datagrams: no buffer space available',
    );
    inbox.put(arrivalOf(3));
    assertEquals(await inbox.receive(), [arrivalOf(3)]);
  },
);

Deno.test("DatagramInbox.end() gives nothing from then on", PURE, async () => {
  const inbox = new DatagramInbox(() => {});
  const pending = inbox.receive();
  inbox.end();
  assertEquals(await pending, []);
  assertEquals(inbox.put(arrivalOf(1)), false);
  assertEquals(await inbox.receive(), []);
});
