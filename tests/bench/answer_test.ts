import { assertEquals, assertThrows } from "@std/assert";
import { formatCommand, parseAnswer } from "../../bench/_peers/answer.ts";
import { select, type Selection } from "../../bench/_peers/scenarios.ts";

const permissions = "none";

function selectOne(title: string): Selection {
  const [selection] = select(new Set(["c"] as const), title);
  if (selection === undefined) throw new Error(`There is no "${title}"`);
  return selection;
}

const { scenario, rows } = selectOne("1200 B × 1000");
const trip = selectOne("Round trip").scenario;

Deno.test("formatCommand() writes the words that a sender reads", {
  permissions,
}, () => {
  const lines = rows.map((row) =>
    formatCommand(scenario, row, { milliseconds: 250, port: 1234 })
  );
  assertEquals(lines[0], "writev 1200 1000 250 1234");
});

Deno.test("parseAnswer() gives packets a second", { permissions }, () => {
  assertEquals(parseAnswer("ok 5000 0.25 600 600", scenario), [20_000]);
});

Deno.test("parseAnswer() gives both times of a round trip", {
  permissions,
}, () => {
  assertEquals(parseAnswer("ok 20.5 80.25 64 64", trip), [20.5, 80.25]);
});

const FAULTS: readonly (readonly [string, string])[] = [
  ["error connect: Connection refused", "connect: Connection refused"],
  ["ok 5000 0.25 600 536", "536 of 600 bytes arrived"],
  ["ok 5000 0.25 600", "NaN of 600 bytes arrived"],
  ["ok 5000 0 600 600", 'Cannot read the answer "ok 5000 0 600 600"'],
  ["ok x 1 600 600", 'Cannot read the answer "ok x 1 600 600"'],
];

for (const [line, message] of FAULTS) {
  Deno.test(`parseAnswer() throws when the answer is "${line}"`, {
    permissions,
  }, () => {
    assertThrows(() => parseAnswer(line, scenario), Error, message);
  });
}
