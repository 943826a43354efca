import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolFailure } from "../../../sockets/_broker/fields.ts";
import {
  formatContext,
  formatRecord,
  formatRequest,
  type FormattableRequest,
  parseContext,
  parseHeld,
  parseRecord,
  parseReply,
  parseRequest,
  parseTask,
} from "../../../sockets/_broker/protocol.ts";
import { SocketActivityKind } from "../../../sockets/broker/socket_activity_kind.ts";

const PURE = { permissions: "none" } as const;

const KIND = SocketActivityKind.streamSocket;
const TASK = {
  taskId: "1",
  name: "task",
  entryPoint: "file:///task.ts",
  runner: "file:///run.ts",
  flags: ["--allow-net=example.com:80", "--allow-sys"],
} as const;

const bytes = fc.uint8Array({ maxLength: 100 })
  .map((array) => new Uint8Array(array));
const record = fc.record({
  id: fc.string(),
  kind: fc.constantFrom(1, 2, 3),
  taskId: fc.option(fc.string()),
  context: fc.option(bytes),
  keepAliveTime: fc.nat(),
  unread: bytes,
  details: fc.string(),
});

Deno.test("parseRequest() reads what formatRequest() wrote", PURE, () => {
  const requests: FormattableRequest[] = [
    { name: "claim", id: "a", kind: KIND },
    { name: "context", id: "a" },
    { name: "sockets" },
    { name: "register", task: TASK },
    { name: "unregister", taskId: "1", cancel: true },
    { name: "unregister", taskId: "1", cancel: false },
    { name: "tasks" },
  ];
  for (const request of requests) {
    const text = formatRequest("app", request);
    assertEquals(parseRequest(text), { application: "app", request });
  }
});

Deno.test(
  "parseRequest() reads any record that formatRequest() wrote",
  PURE,
  () => {
    fc.assert(fc.property(record, fc.string(), (record, application) => {
      const request = { name: "transfer", record } as const;
      const text = formatRequest(application, request);
      assertEquals(parseRequest(text), { application, request });
    }));
  },
);

Deno.test("parseRequest() refuses what is no request", PURE, () => {
  const head = '{"version":1,"application":"a",';
  for (
    const text of [
      "",
      "{",
      "1",
      "null",
      "{}",
      '{"version":2,"application":"a","name":"tasks"}',
      '{"version":1,"name":"tasks"}',
      `${head}"name":"other"}`,
      `${head}"name":"claim","kind":3}`,
      `${head}"name":"claim","id":"a","kind":0}`,
      `${head}"name":"claim","id":"a","kind":4}`,
      `${head}"name":"transfer"}`,
      `${head}"name":"register","task":[]}`,
    ]
  ) {
    assertThrows(() => parseRequest(text), ProtocolFailure);
  }
});

Deno.test(
  "parseRecord() refuses a record with a field that is not right",
  PURE,
  () => {
    const good = formatRecord({
      id: "a",
      kind: KIND,
      taskId: null,
      context: null,
      keepAliveTime: 0,
      unread: new Uint8Array(),
      details: "",
    });
    parseRecord(good);
    for (
      const wrong of [
        { id: 1 },
        { kind: "3" },
        { taskId: 1 },
        { context: "!" },
        { keepAliveTime: -1 },
        { keepAliveTime: "1" },
        { unread: null },
        { details: null },
      ]
    ) {
      assertThrows(() => parseRecord({ ...good, ...wrong }), ProtocolFailure);
    }
  },
);

Deno.test("parseTask() takes permissions alone as flags", PURE, () => {
  assertEquals(parseTask(TASK), TASK);
  for (
    const flag of ["--allow-all", "-A", "--allow-ffi", "--allow-net=", "x", 1]
  ) {
    assertThrows(() => parseTask({ ...TASK, flags: [flag] }), ProtocolFailure);
  }
  assertThrows(() => parseTask({ ...TASK, flags: "x" }), ProtocolFailure);
});

Deno.test("parseContext() reads what formatContext() wrote", PURE, () => {
  for (const context of [null, new Uint8Array(), Uint8Array.of(1, 2)]) {
    assertEquals(parseContext(formatContext(context)), context);
  }
});

Deno.test("parseHeld() reads one socket of a list", PURE, () => {
  const held = { id: "a", kind: KIND, taskId: "1" } as const;
  assertEquals(parseHeld({ ...held, more: 1 }), held);
});

Deno.test("parseReply() reads both kinds of replies", PURE, () => {
  assertEquals(parseReply('{"ok":true,"result":[1]}'), {
    ok: true,
    result: [1],
  });
  assertEquals(parseReply('{"ok":false,"code":"full"}'), {
    ok: false,
    code: "full",
  });
  // One of a later version.
  assertEquals(parseReply('{"ok":false,"code":"other"}'), {
    ok: false,
    code: "bad-request",
  });
  assertThrows(() => parseReply("x"), ProtocolFailure);
});
