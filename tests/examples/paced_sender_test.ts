import {
  assertAlmostEquals,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
} from "@std/assert";
import { pace } from "../../examples/paced_sender/pace.ts";
import { Reception } from "../../examples/paced_sender/reception.ts";
import {
  decodeHeader,
  RtpPacketizer,
} from "../../examples/paced_sender/rtp.ts";
import { Child, example, exampleWith } from "./_child.ts";

const permissions = { read: true, run: true } satisfies Deno.PermissionOptions;

for (const flags of [[], ["--allow-ffi"]]) {
  const name = ["--allow-net", ...flags].join(" ");
  Deno.test(`paced_sender sends all calls in time with ${name}`, {
    permissions,
  }, async () => {
    const program = "paced_sender.ts";
    await using receiver = new Child(
      exampleWith(flags, program, "receive", "--port", "0"),
    );
    const port = await receiver.stdout.match(/^Listening on port (\d+)\n/);
    const to = ["--host", "127.0.0.1", "--port", port];
    const start = performance.now();
    await using sender = new Child(
      exampleWith(
        flags,
        program,
        ...["send", ...to, "--calls", "3", "--seconds", "0.5"],
      ),
    );

    const sent = await sender.outcome();
    // The last of 25 packets is due after 24 intervals.
    assertGreaterOrEqual(performance.now() - start, 480);
    assertEquals(sent.stderr, "");
    assertMatch(
      sent.stdout,
      /^Sent 75 packets of 3 calls, \d+\.\d ms late at most\n$/,
    );
    const { code, stdout, stderr } = await receiver.outcome();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const [_, ...reports] = stdout.trimEnd().split("\n");
    assertEquals(reports.length, 3);
    for (const report of reports) {
      assertMatch(
        report,
        /^[\da-f]{8}: 25 received, 0 lost \(0\.0 %\), 0 reordered, jitter \d+\.\d\d ms$/,
      );
    }
  });
}

Deno.test("paced_sender fails with one line when the command is unknown", {
  permissions,
}, async () => {
  await using child = new Child(example("paced_sender.ts", "call"));

  assertEquals(await child.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      'Unknown command "call": there are send and receive (ArgumentError, 0x80070057)\n',
  });
});

Deno.test("paced_sender fails with one line when there are no calls", {
  permissions,
}, async () => {
  const args = ["send", "--calls", "0"];
  await using child = new Child(example("paced_sender.ts", ...args));

  assertEquals(await child.outcome(), {
    code: 1,
    stdout: "",
    stderr:
      'Invalid value of --calls "0": it must be a whole number from 1 to 10000 (ArgumentError, 0x80070057)\n',
  });
});

Deno.test("pace() counts each time from the start when one takes too long", {
  permissions: "none",
}, async () => {
  let now = 1000;
  const times: number[] = [];
  const latest = await pace({
    interval: 20,
    count: 5,
    clock: {
      now: () => now,
      // Early by a part of a millisecond, as a timer may be.
      wait: (milliseconds) => {
        now += Math.max(1, Math.floor(milliseconds));
        return Promise.resolve();
      },
    },
  }, () => {
    times.push(now);
    now += times.length === 2 ? 50 : 0.5;
    return Promise.resolve();
  });

  // The second takes until 1070.5: the third is 30.5 late, the fourth 11.
  assertEquals(times, [1000, 1020.5, 1070.5, 1071, 1080.5]);
  assertEquals(latest, 30.5);
});

/** A reception of packets with these numbers, each in time. */
function receive(sequences: readonly number[]): Reception {
  const [first = 0] = sequences;
  const source = 1;
  const reception = new Reception({ sequence: first, timestamp: 0, source });
  for (const sequence of sequences) {
    const index = (sequence - first) << 16 >> 16;
    const timestamp = (index * 160) >>> 0;
    reception.add({ sequence, timestamp, source }, index * 20);
  }
  return reception;
}

const RECEPTIONS = [
  { name: "all", sequences: [7, 8, 9], lost: 0, reordered: 0 },
  {
    name: "a new turn",
    sequences: [65534, 65535, 0, 1],
    lost: 0,
    reordered: 0,
  },
  { name: "a gap", sequences: [7, 10, 11], lost: 2, reordered: 0 },
  { name: "a gap at a turn", sequences: [65535, 1], lost: 1, reordered: 0 },
  { name: "a late one", sequences: [7, 9, 8, 10], lost: 0, reordered: 1 },
  {
    name: "one before the turn",
    sequences: [65535, 1, 0],
    lost: 0,
    reordered: 1,
  },
  { name: "a double", sequences: [7, 8, 8, 9], lost: -1, reordered: 1 },
];

for (const { name, sequences, lost, reordered } of RECEPTIONS) {
  Deno.test(`Reception.report() counts ${name}`, {
    permissions: "none",
  }, () => {
    assertEquals(receive(sequences).report(), {
      received: sequences.length,
      lost,
      reordered,
      jitter: 0,
    });
  });
}

Deno.test("Reception.report() tells the jitter of RFC 3550", {
  permissions: "none",
}, () => {
  const source = 1;
  const first = { sequence: 0, timestamp: 4294967200, source };
  const reception = new Reception(first);
  reception.add(first, 500);
  // 4 ms late, at a timestamp that has begun anew: J = 4 / 16.
  reception.add({ sequence: 1, timestamp: 64, source }, 524);
  assertAlmostEquals(reception.report().jitter, 0.25, 1e-9);
  // In time again, so 4 ms less: J += (4 - 0.25) / 16.
  reception.add({ sequence: 2, timestamp: 224, source }, 540);
  assertAlmostEquals(reception.report().jitter, 0.484375, 1e-9);
});

Deno.test("RtpPacketizer.next() counts packets and samples, and begins anew", {
  permissions: "none",
}, () => {
  const first = { sequence: 65535, timestamp: 4294967200, source: 0xDEADBEEF };
  const packetizer = new RtpPacketizer(first);
  const packet = packetizer.next();
  assertEquals(packet.length, 172);
  assertEquals(packet.subarray(0, 2), new Uint8Array([0x80, 0]));
  assertEquals(decodeHeader(packet), first);
  assertEquals(decodeHeader(packetizer.next()), {
    sequence: 0,
    timestamp: 64,
    source: 0xDEADBEEF,
  });
});

for (const bytes of [new Uint8Array(12), new Uint8Array(11).fill(0x80)]) {
  Deno.test(`decodeHeader() gives null for ${bytes.toHex()}`, {
    permissions: "none",
  }, () => {
    assertEquals(decodeHeader(bytes), null);
  });
}
