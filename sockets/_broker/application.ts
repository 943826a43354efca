/** What the sockets and tasks of a program are kept under. */
let application: string | null = null;
let stateDirectory: string | null = null;

/** The name of this application: its main module, unless one was set. */
export function applicationName(): string {
  return application ?? Deno.mainModule;
}

/** Sets the name; null stands for the main module again. */
export function setApplicationName(name: string | null): void {
  application = name;
}

/** The directory of the broker that was set; null if none was. */
export function chosenStateDirectory(): string | null {
  return stateDirectory;
}

/** Sets the directory; null stands for the usual one again. */
export function chooseStateDirectory(path: string | null): void {
  stateDirectory = path;
}
