import { assertEquals, assertRejects } from "@std/assert";
import { HResult } from "../../../errors/hresult.ts";
import { SocketError } from "../../../errors/socket_error.ts";
import type { StreamTransport } from "../../../sockets/_transport/stream_transport.ts";
import { Connection } from "../../../sockets/stream_socket/_connection.ts";
import { isPending, outcome, turn } from "../streams/_fakes.ts";

const PURE = { permissions: "none" } as const;

/** A transport that notes its calls; writes take all, reads wait for ever. */
class FakeTransport implements StreamTransport {
  readonly handover = null;
  readonly localAddress = { hostname: "127.0.0.1", port: 1 };
  readonly remoteAddress = { hostname: "127.0.0.1", port: 2 };
  readonly canWriteNow: boolean = false;
  readonly calls: string[] = [];

  read(): Promise<number | null> {
    this.calls.push("read");
    return new Promise(() => {});
  }

  write(bytes: Uint8Array): Promise<number> {
    this.calls.push(`write ${bytes.length}`);
    return Promise.resolve(bytes.length);
  }

  writeNow(pieces: readonly Uint8Array[]): number {
    this.calls.push(`writeNow ${pieces.length}`);
    return 0;
  }

  explainRead(error: unknown): unknown {
    return error;
  }

  explainWrite(error: unknown): unknown {
    return error;
  }

  confirmEnd(): Promise<void> {
    return Promise.resolve();
  }

  closeWrite(): Promise<void> {
    this.calls.push("closeWrite");
    return Promise.resolve();
  }

  setOptions(): void {
    this.calls.push("setOptions");
  }

  close(): void {
    this.calls.push("close");
  }

  closeGracefully(): void {
    this.calls.push("closeGracefully");
  }

  reset(): void {
    this.calls.push("reset");
  }
}

Deno.test(
  "Connection sends what was written before it reads the answer",
  PURE,
  async () => {
    const transport = new FakeTransport();
    const connection = new Connection(transport);
    const written = connection.output.writeAsync(new Uint8Array(3));
    const read = outcome(connection.input.readAsync(new Uint8Array(1)));
    assertEquals(transport.calls, ["write 3", "read"]);
    assertEquals(await written, 3);
    await connection.close();
    await read;
  },
);

Deno.test(
  "Connection sends without waiting only where the transport can",
  PURE,
  async () => {
    const chunk = new Uint8Array(64 * 1024);
    for (const canWriteNow of [false, true]) {
      const transport = new class extends FakeTransport {
        override readonly canWriteNow = canWriteNow;
      }();
      const connection = new Connection(transport);
      connection.output.writeAsync(chunk);
      connection.output.writeAsync(chunk);
      await connection.output.flushAsync();
      assertEquals(transport.calls.includes("writeNow 2"), canWriteNow);
      await connection.close();
    }
  },
);

Deno.test(
  "Connection resets when a buffer was taken away before it was sent",
  PURE,
  async () => {
    const transport = new FakeTransport();
    const connection = new Connection(transport);
    const read = outcome(connection.input.readAsync(new Uint8Array(1)));
    const chunk = new Uint8Array(64 * 1024);
    const written = connection.output.writeAsync(chunk);
    chunk.buffer.transfer();
    const failure = await outcome(written);
    assertEquals(transport.calls, ["read", "reset"]);
    assertEquals(await outcome(connection.output.close()), failure);
    const error = await read;
    assertEquals(
      error instanceof SocketError && error.hresult,
      HResult.ERROR_OPERATION_ABORTED,
    );
    await connection.closed;
  },
);

Deno.test(
  "Connection.closed settles although the transport cannot be closed",
  PURE,
  async () => {
    const failure = new Error("no");
    const transport = new class extends FakeTransport {
      override close(): void {
        throw failure;
      }
    }();
    const connection = new Connection(transport);
    const { closed } = connection;
    await assertRejects(() => connection.close(), Error, "no");
    await turn();
    assertEquals(await isPending(closed), false);
  },
);
