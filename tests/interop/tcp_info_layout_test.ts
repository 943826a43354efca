import { assertEquals } from "@std/assert";
import { SocketOptions } from "../../sockets/winsock/_socket_options.ts";
import {
  APP_LIMITED_MASK,
  TCP_INFO_OFFSETS,
} from "../../sockets/winsock/_tcp_info.ts";
import { Child, type Command } from "../examples/_child.ts";

const FLAG = "tcpi_delivery_rate_app_limited";

const options = {
  ignore: Deno.build.os !== "linux" || !hasCompiler(),
  permissions: { run: true, write: ["/tmp"] },
} satisfies Omit<Deno.TestDefinition, "fn" | "name">;

function hasCompiler(): boolean {
  try {
    return new Deno.Command("cc", { args: ["--version"] }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Runs a program to its end; returns what it prints. */
async function run(command: Command, input: string = ""): Promise<string> {
  await using child = new Child(command);
  await child.write(input);
  await child.endInput();
  const { code, stdout, stderr } = await child.outcome();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return stdout;
}

/** The numbers that a C program prints, each on a line behind its name. */
async function numbersOf(body: string): Promise<Record<string, number>> {
  const directory = await Deno.makeTempDir({ dir: "/tmp" });
  try {
    const program = `${directory}/numbers`;
    const source = `
      #include <linux/tcp.h>
      #include <stddef.h>
      #include <stdio.h>
      static const struct tcp_info flagged = { .${FLAG} = 1 };
      static void print(const char *name, size_t number) {
        printf("%s %zu\\n", name, number);
      }
      int main(void) {
        const unsigned char *bytes = (const unsigned char *)&flagged;
        size_t flag = 0;
        while (bytes[flag] == 0) flag++;
        ${body}
        return 0;
      }`;
    await run(["cc", "-x", "c", "-o", program, "-"], source);
    const lines = (await run([program])).trim().split("\n");
    return Object.fromEntries(lines.map((line) => {
      const [name = "", number] = line.split(" ");
      return [name, Number(number)];
    }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  "TCP_INFO_OFFSETS and APP_LIMITED_MASK are those of the C headers",
  options,
  async () => {
    const offsets = Object.keys(TCP_INFO_OFFSETS)
      .filter((name) => name !== FLAG)
      .map((name) => `print("${name}", offsetof(struct tcp_info, ${name}));`);
    const told = await numbersOf(`
    ${offsets.join("\n")}
    print("${FLAG}", flag);
    print("mask", bytes[flag]);`);
    assertEquals(told, { ...TCP_INFO_OFFSETS, mask: APP_LIMITED_MASK });
  },
);

Deno.test(
  "SocketOptions of TCP are those of the C headers",
  options,
  async () => {
    const names = Object.entries(SocketOptions)
      .filter(([name]) => name.startsWith("TCP_"))
      .map(([key, { name }]) => [key, name] as const);
    const body = names.map(([key]) => `print("${key}", ${key});`).join("\n");
    assertEquals(await numbersOf(body), Object.fromEntries(names));
  },
);
