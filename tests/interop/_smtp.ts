import type { StreamSocket } from "../../mod.ts";
import { read, write } from "./_secure.ts";

/** Reads a line, and nothing after it. */
export async function readLine(socket: StreamSocket): Promise<string> {
  let line = "";
  while (!line.endsWith("\r\n")) {
    const next = await read(socket);
    if (next === "") throw new Error(`The line "${line}" has no end`);
    line += next;
  }
  return line.slice(0, -2);
}

/** Reads a reply, all of its lines. */
export async function readReply(socket: StreamSocket): Promise<string[]> {
  const lines: string[] = [];
  do {
    lines.push(await readLine(socket));
  } while (lines.at(-1)?.[3] === "-");
  return lines;
}

/** Sends a command, and resolves with the reply. */
export async function command(
  socket: StreamSocket,
  line: string,
): Promise<string[]> {
  await write(socket, `${line}\r\n`);
  return await readReply(socket);
}

/** Talks to a client as a mail server until it wants STARTTLS. */
export async function serveUntilStartTls(socket: StreamSocket): Promise<void> {
  await write(socket, "220 server.test ESMTP\r\n");
  for (;;) {
    const line = await readLine(socket);
    if (line === "STARTTLS") break;
    const isHello = line.startsWith("EHLO ");
    await write(
      socket,
      isHello
        ? "250-server.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
        : "500 What?\r\n",
    );
  }
  await write(socket, "220 Go ahead\r\n");
}
