/** What a broker tells whoever runs it. */
export interface Log {
  /** Writes a line. */
  line(text: string): void;
  /** Writes what a task has written. */
  write(bytes: Uint8Array): void;
}

/** A file is begun anew when it would grow over this. */
const MAX_LOG_SIZE = 1024 * 1024;

/** Where the lines of a log go to. */
export interface LogTarget {
  writeSync(bytes: Uint8Array): number;
}

/** A log with the time in front of each line. */
export function openLog(target: LogTarget): Log {
  return {
    line(text) {
      const line = `${new Date().toISOString()} ${text}\n`;
      writeAll(target, new TextEncoder().encode(line));
    },
    write: (bytes) => writeAll(target, bytes),
  };
}

/**
 * A file that does not grow without bounds.
 *
 * @param size What it has already.
 */
export function boundedFile(
  file: Pick<Deno.FsFile, "truncateSync" | "writeSync">,
  size: number,
  maxSize: number = MAX_LOG_SIZE,
): LogTarget {
  return {
    writeSync(bytes) {
      if (size + bytes.length > maxSize) {
        file.truncateSync(0);
        size = 0;
      }
      const count = file.writeSync(bytes.subarray(0, maxSize));
      size += count;
      return count;
    },
  };
}

function writeAll(target: LogTarget, bytes: Uint8Array): void {
  let count = 0;
  try {
    while (count < bytes.length) {
      count += target.writeSync(bytes.subarray(count));
    }
  } catch {
    // A full disk, or a terminal that is gone, does not end the broker.
  }
}
