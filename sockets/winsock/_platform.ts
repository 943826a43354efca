/** The platforms whose headers this module knows. */
export type Platform = "linux" | "darwin" | "windows";

/** The one of this process: what is no other takes the calls of Linux. */
export const PLATFORM: Platform = toPlatform(Deno.build.os);

/** The platform whose headers a system follows. */
export function toPlatform(os: typeof Deno.build.os): Platform {
  return os === "darwin" || os === "windows" ? os : "linux";
}
