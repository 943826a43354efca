import { darwinSockets, openDarwin } from "./_darwin_sockets.ts";
import { libc } from "./_libc.ts";
import { linuxSockets } from "./_linux_sockets.ts";
import type { NativeSockets } from "./_native_sockets.ts";
import { openWindows } from "./_windows_calls.ts";
import { WindowsSockets } from "./_windows_sockets.ts";

function open(): NativeSockets | null {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return null;
  }
  try {
    switch (Deno.build.os) {
      case "darwin":
        return darwinSockets(openDarwin());
      case "windows":
        return new WindowsSockets(openWindows());
      default:
        return libc === null ? null : linuxSockets(libc);
    }
  } catch {
    // FFI is denied for the library, or there is none.
    return null;
  }
}

/**
 * The socket calls of this platform, or null where they cannot be made: FFI was
 * not granted before this module was loaded, or there is no library.
 */
export const nativeSockets: NativeSockets | null = open();
