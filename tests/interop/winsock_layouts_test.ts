import { assert, assertEquals } from "@std/assert";
import { CONSTANTS } from "../../sockets/winsock/_constant_table.ts";
import { LINUX_LAYOUTS } from "../../sockets/winsock/_layouts.ts";
import { LINUX } from "../../sockets/winsock/_linux_constants.ts";
import { SocketOptions } from "../../sockets/winsock/_socket_options.ts";
import { startPeer } from "./_peers.ts";

const HEADERS = [
  "arpa/inet.h",
  "errno.h",
  "fcntl.h",
  "net/if.h",
  "netdb.h",
  "netinet/in.h",
  "netinet/ip.h",
  "netinet/tcp.h",
  "netinet/udp.h",
  "poll.h",
  "stddef.h",
  "stdio.h",
  "sys/epoll.h",
  "sys/eventfd.h",
  "sys/ioctl.h",
  "sys/socket.h",
  "sys/stat.h",
  "sys/time.h",
  "sys/uio.h",
  "sys/un.h",
];
/** POSIX has these by other names. */
const POSIX_NAMES: Readonly<Record<string, string>> = {
  SD_RECEIVE: "SHUT_RD",
  SD_SEND: "SHUT_WR",
  SD_BOTH: "SHUT_RDWR",
};
/** The kernel has it in a header that cannot be used beside those of glibc. */
const IN_OTHER_HEADER = "IPV6_MULTICAST_ALL";

/** What C calls each number, and what it is here. */
function expectedNumbers(): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [name, layout] of Object.entries(LINUX_LAYOUTS)) {
    for (const [member, offset] of Object.entries<number>(layout)) {
      const what = member === "size"
        ? `sizeof(struct ${name})`
        : `offsetof(struct ${name}, ${member})`;
      numbers.set(what, offset);
    }
  }
  for (const [name, [linux]] of Object.entries(CONSTANTS)) {
    numbers.set(POSIX_NAMES[name] ?? name, linux);
  }
  for (const [name, option] of Object.entries(SocketOptions)) {
    if (name !== IN_OTHER_HEADER) numbers.set(name, option.name);
  }
  for (const [name, value] of Object.entries(LINUX)) numbers.set(name, value);
  return numbers;
}

function toProgram(names: Iterable<string>): string {
  const includes = HEADERS.map((header) => `#include <${header}>\n`);
  const prints = [...names].map((name) =>
    `  printf("%s=%lld\\n", "${name}", (long long)(${name}));\n`
  );
  return `#define _GNU_SOURCE\n${includes.join("")}int main(void) {\n${
    prints.join("")
  }  return 0;\n}\n`;
}

/** Compiles a C program and tells what it prints. */
async function runProgram(source: string): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: "/tmp" });
  try {
    const program = `${folder}/program`;
    await using compiler = startPeer("cc", "-x", "c", "-o", program, "-");
    await compiler.write(source);
    await compiler.endInput();
    const { code, stderr } = await compiler.outcome();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const { stdout } = await new Deno.Command(program).output();
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("layouts and constants are those of the C headers", {
  permissions: { read: true, run: true, write: ["/tmp"] },
}, async () => {
  const expected = expectedNumbers();
  const output = await runProgram(toProgram(expected.keys()));
  const actual = new Map(
    output.trimEnd().split("\n").map((line) => {
      const [name = "", value] = line.split("=");
      return [name, Number(value)] as const;
    }),
  );
  assert(actual.size > 100);
  assertEquals(actual, expected);
});
