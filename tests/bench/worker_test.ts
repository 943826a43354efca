import { assert, assertEquals, assertRejects } from "@std/assert";
import { Worker } from "../../bench/_peers/worker.ts";

const permissions = { run: true } satisfies Deno.PermissionOptions;
const { signal } = new AbortController();
/** Longer than any machine needs to start a process. */
const patient = { milliseconds: 60_000, signal };

/** Runs a program, with the lines of its input in `lines`. */
function start(program: string): Worker {
  const lines = `
    async function* readLines() {
      for await (const bytes of Deno.stdin.readable) {
        yield* new TextDecoder().decode(bytes).trimEnd().split("\\n");
      }
    }
    const lines = readLines();
    ${program}`;
  return new Worker("program", [Deno.execPath(), "eval", "--quiet", lines]);
}

Deno.test("Worker.ask() resolves with the line that answers", {
  permissions,
}, async () => {
  await using worker = start(
    "for await (const line of lines) console.log(line.toUpperCase());",
  );
  assertEquals(await worker.ask("one", patient), "ONE");
  assertEquals(await worker.ask("two", patient), "TWO");
});

Deno.test("Worker.ask() rejects with the reason when the program has ended", {
  permissions,
}, async () => {
  await using worker = start(
    'await lines.next(); console.error("warning\\nno more"); Deno.exit(3);',
  );
  for (const line of ["first", "second"]) {
    await assertRejects(
      () => worker.ask(line, patient),
      Error,
      "The program has ended with code 3: no more",
    );
  }
});

Deno.test("Worker.ask() ends the program when it does not answer", {
  permissions,
}, async () => {
  await using worker = start(
    'for await (const line of lines) if (line === "go") console.log("went");',
  );
  assertEquals(await worker.ask("go", patient), "went");
  await assertRejects(
    () => worker.ask("stay", { milliseconds: 20, signal }),
    Error,
    "The program has not answered in 20 ms",
  );
  await assertRejects(
    () => worker.ask("go", patient),
    Error,
    "The program has ended",
  );
});

Deno.test("Worker.ask() rejects with the reason when its signal aborts", {
  permissions,
}, async () => {
  await using worker = start(
    "await lines.next(); await new Promise(() => {});",
  );
  const controller = new AbortController();
  const asked = worker.ask("stay", { ...patient, signal: controller.signal });
  const reason = new Error("Enough");
  controller.abort(reason);
  assert(await assertRejects(() => asked) === reason);
});
