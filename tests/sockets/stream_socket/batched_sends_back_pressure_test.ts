import {
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  ENDLESS,
  KIB,
  MIB,
  openTo,
  testEach,
  turns,
} from "./_batched_sends.ts";
import { contentAt } from "./_content.ts";

testEach(
  "OutputStreamWriter stops at back-pressure against a peer that does not read, and loses nothing once it reads",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const writer = stream.getWriter();
    const size = 10_000;
    let written = 0;
    let taken = 0;
    const failures: unknown[] = [];
    for (let hasRoom = true; hasRoom;) {
      writer.write(contentAt(written, size))
        .then(() => taken += size, (error) => failures.push(error));
      written += size;
      hasRoom = await Promise.race([
        writer.ready.then(() => true),
        turns(100).then(() => false),
      ]);
    }
    assertLessOrEqual(writer.desiredSize ?? 1, 0);
    assertGreater(writer.desiredSize ?? -Infinity, -size);
    // Of one more write a part may be taken.
    assertLess(written - taken, 256 * KIB + 2 * size);
    assertLess(written, ENDLESS);

    await Promise.all([writer.ready, peer.readTo(written - 256 * KIB)]);
    assertGreater(writer.desiredSize ?? -1, 0);
    await Promise.all([writer.close(), peer.readToEnd()]);
    assertEquals(peer.received, written);
    assertEquals([taken, failures], [written, []]);
  },
);

testEach(
  "OutputStream.pipeTo() stops asking for more against a peer that does not read, and loses nothing once it reads",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const size = 10_000;
    const wanted = 2 * ENDLESS;
    let made = 0;
    const piped = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (made >= wanted) return controller.close();
        controller.enqueue(contentAt(made, size));
        made += size;
      },
    }, { highWaterMark: 0 }).pipeTo(stream);
    for (let before = -1; before < made;) {
      before = made;
      await turns(100);
    }
    assertLess(made, ENDLESS);

    assertEquals(await peer.readToEnd(), "end");
    await piped;
    assertEquals(peer.received, made);
  },
);

testEach(
  "OutputStream.pipeTo() that is aborted has made no more than a high-water mark that the system has not taken",
  async (kind) => {
    await using pair = await openTo(kind);
    const { stream, peer } = pair;
    const size = 10_000;
    let made = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(contentAt(made, size));
        made += size;
      },
    }, { highWaterMark: 0 });
    const abort = new AbortController();
    const { signal } = abort;
    const piped = assertRejects(() => source.pipeTo(stream, { signal }));
    await peer.readTo(MIB);
    const reason = new Error("enough");
    abort.abort(reason);

    assertStrictEquals(await piped, reason);
    assertEquals(await peer.readToEnd(), kind.resets ? "reset" : "end");
    assertGreaterOrEqual(peer.received, MIB);
    // A reset takes what had not come yet.
    const lost = kind.resets ? ENDLESS : 0;
    assertLessOrEqual(made - peer.received, 256 * KIB + size + lost);
  },
);
