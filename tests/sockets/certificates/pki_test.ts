import { assertEquals, assertStrictEquals } from "@std/assert";
import { loadPki } from "../../../sockets/certificates/_pki.ts";

Deno.test(
  "loadPki() loads the libraries once",
  { permissions: "none" },
  async () => {
    const [one, two] = await Promise.all([loadPki(), loadPki()]);
    assertStrictEquals(one, two);
  },
);

Deno.test("mod.ts loads no library before a certificate is read", {
  permissions: { read: true, run: true },
}, async () => {
  const { href } = new URL("../../../mod.ts", import.meta.url);
  // PKI.js leaves a variable with the number of the process.
  const code = `
    import process from "node:process";
    import { Certificate } from ${JSON.stringify(href)};
    const states = [process.pid in globalThis];
    await Certificate.fromPem("").catch(() => {});
    states.push(process.pid in globalThis);
    await Certificate.fromDer(new Uint8Array()).catch(() => {});
    states.push(process.pid in globalThis);
    console.log(JSON.stringify(states));`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    cwd: new URL("../../../", import.meta.url),
  });
  await using child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout } = await child.output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(JSON.parse(text || "null"), [false, false, true]);
});
