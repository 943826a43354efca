/**
 * Checks that imports point the way the design says, that none closes a cycle,
 * that internal files stay internal, and that every source file is in use.
 *
 * @module
 */
import {
  findEntries,
  isInternal,
  isModFile,
  readSources,
  report,
  ROOT,
  ROOT_MODULE,
  runDeno,
  toProjectPath,
} from "./_project.ts";

/** The imports of every file: paths, or specifiers such as `node:net`. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The imports of the sources. */
export interface Imports {
  /** All of them. */
  readonly all: ImportGraph;
  /** Those that are there at run time, unlike `import type`. */
  readonly code: ImportGraph;
}

/** Which folders the files of a folder may import from, beside their own. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "errors": [],
  "sockets/addressing": ["errors"],
  "sockets/certificates": ["errors", "sockets/addressing"],
  "sockets/streams": ["errors", "sockets/addressing"],
  "sockets/winsock": ["errors", "sockets/addressing"],
  "sockets/_transport": [
    "errors",
    "sockets/addressing",
    "sockets/certificates",
    "sockets/streams",
    "sockets/winsock",
  ],
  "sockets/_events": [],
  "sockets/_broker": ["errors", "sockets/winsock"],
  "sockets/stream_socket": [
    "errors",
    "sockets/addressing",
    "sockets/certificates",
    "sockets/streams",
    "sockets/_transport",
    "sockets/_events",
    "sockets/_broker",
  ],
  "sockets/datagram_socket": [
    "errors",
    "sockets/addressing",
    "sockets/streams",
    "sockets/_transport",
    "sockets/_events",
    "sockets/_broker",
    "sockets/stream_socket",
  ],
  "sockets/web_socket": [
    "errors",
    "sockets/addressing",
    "sockets/certificates",
    "sockets/streams",
    "sockets/_transport",
    "sockets/_events",
    "sockets/_broker",
    "sockets/stream_socket",
    "sockets/datagram_socket",
  ],
  "sockets/broker": [
    "errors",
    "sockets/addressing",
    "sockets/streams",
    "sockets/_transport",
    "sockets/_events",
    "sockets/_broker",
    "sockets/stream_socket",
    "sockets/datagram_socket",
  ],
};

/** Internal files that others than their own folder may import. */
const SHARED: readonly { readonly path: RegExp; readonly by: RegExp }[] = [
  {
    path: /^errors\/_(classify|needs_native_calls|web_failure)\.ts$/,
    by: /^sockets\//,
  },
  { path: /^sockets\/_transport\//, by: /^sockets\// },
  { path: /^sockets\/_events\//, by: /^sockets\// },
  { path: /^sockets\/_broker\/[^/]+$/, by: /^sockets\// },
  { path: /^sockets\/_broker\/server\/main\.ts$/, by: /^sockets\/broker\// },
  {
    path:
      /^sockets\/streams\/_(byte_reader|byte_outbox|loaded_bytes|send_queue)\.ts$/,
    by: /^sockets\/(_transport|stream_socket|web_socket)\//,
  },
  {
    path: /^sockets\/streams\/_(outbox|send_queue|slab_pool)\.ts$/,
    by: /^sockets\/(datagram_socket|web_socket)\//,
  },
  {
    path: /^sockets\/streams\/_(byte_batch|completions)\.ts$/,
    by: /^sockets\/web_socket\//,
  },
  {
    path:
      /^sockets\/stream_socket\/_(acceptor|connection|control_state|event_delivery|socket_state|tls_settings)\.ts$/,
    by: /^sockets\/web_socket\//,
  },
  {
    path:
      /^sockets\/(stream_socket\/_socket_state|datagram_socket\/_(datagram_state|messages))\.ts$/,
    by: /^sockets\/broker\//,
  },
  {
    path: /^sockets\/streams\/_stream_of_bytes\.ts$/,
    by: /^sockets\/(datagram_socket|web_socket)\//,
  },
  {
    path: /^sockets\/addressing\/_/,
    by:
      /^sockets\/(_transport|certificates|stream_socket|datagram_socket|web_socket|winsock)\//,
  },
  {
    path:
      /^sockets\/certificates\/_(certificate_error|certificate_state|load_certificates|path_checks|peer_verdict|severity|system_roots)\.ts$/,
    by: /^sockets\/(_transport|stream_socket|web_socket)\//,
  },
  { path: /^sockets\/winsock\/_/, by: /^sockets\/_(broker|transport)\// },
];

/**
 * Public types of the broker that the socket classes know as well: they are in
 * the layer of what both use.
 */
const BROKER_LEAF_REGEXP =
  /^sockets\/broker\/socket_activity_(connected_standby_action|context|kind|trigger_reason)\.ts$/;

/** Modules of the runtime that open sockets, which only transports may. */
const SOCKET_MODULES = ["node:net", "node:tls", "node:dgram"];
const TRANSPORT_FOLDER = "sockets/_transport/";
/** `node:tls` has the root certificates of the system, too. */
const ROOTS_FILE = "sockets/certificates/_system_roots.ts";
/** Packages that are loaded when they are needed, and the folder that may. */
const LIBRARIES = ["asn1js", "pkijs"];
const LIBRARY_FOLDER = "sockets/certificates/";
/** What stands in for `@std/*`. */
const STAND_IN_REGEXP = /^std\//;

/** What is wrong with the imports. */
export function checkImports({ all, code }: Imports): string[] {
  const problems: string[] = [];
  for (const [path, targets] of all) {
    for (const target of targets) {
      const problem = checkImport(path, target);
      if (problem !== null) {
        problems.push(`${path}: imports ${target}: ${problem}`);
      }
    }
  }
  for (const cycle of findCycles(code)) {
    problems.push(`${cycle[0]}: imports itself: ${cycle.join(" → ")}`);
  }
  return [...problems, ...findUnused(all)];
}

function checkImport(path: string, target: string): string | null {
  if (SOCKET_MODULES.includes(target)) {
    const isForRoots = path === ROOTS_FILE && target === "node:tls";
    return path.startsWith(TRANSPORT_FOLDER) || isForRoots
      ? null
      : `only ${TRANSPORT_FOLDER} may`;
  }
  if (LIBRARIES.includes(target)) {
    return path.startsWith(LIBRARY_FOLDER)
      ? null
      : `only ${LIBRARY_FOLDER} may`;
  }
  if (!isOwn(target)) return "it is outside code";
  if (isModFile(target) && !isModFile(path) && !STAND_IN_REGEXP.test(target)) {
    return "import the file that has the symbol";
  }
  const layer = toLayer(target);
  if (layer === null) return null;
  const importer = toLayer(path);
  if (importer !== null && importer !== layer) {
    const allowed = LAYERS[importer];
    if (allowed === undefined) return `${importer} has no layer`;
    if (!allowed.includes(layer)) return "points the wrong way";
  }
  return isVisible(target, path) ? null : "it is internal to its folder";
}

/** Whether a module is of this project, of its stand-ins or of the runtime. */
function isOwn(target: string): boolean {
  return target === ROOT_MODULE ||
    /^(@std\/|errors\/|node:|sockets\/|std\/)/.test(target);
}

/** The layer of a source file; null for what is in none, as mod files above. */
function toLayer(path: string): string | null {
  if (BROKER_LEAF_REGEXP.test(path)) return "sockets/_broker";
  return /^(errors|sockets\/[^/]+)\//.exec(path)?.[1] ?? null;
}

function isVisible(target: string, importer: string): boolean {
  if (!isInternal(target)) return true;
  if (SHARED.some(({ path, by }) => path.test(target) && by.test(importer))) {
    return true;
  }
  // What is inside of `a/_b/` belongs to `a/`, as `a/_b.ts` does.
  const parts = target.split("/");
  const depth = parts.findIndex((part) => part.startsWith("_"));
  const from = importer.split("/");
  const isInside = parts.slice(0, depth).every((part, i) => part === from[i]);
  const isBeside = from.length === depth + 1 || from[depth]?.startsWith("_");
  return isInside && isBeside === true;
}

/** The cycles of a graph, each as a path that ends where it starts. */
export function findCycles(graph: ImportGraph): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const trail: string[] = [];
  function visit(path: string): void {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path]);
    if (start >= 0 || finished.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    finished.add(path);
  }
  for (const path of graph.keys()) visit(path);
  return cycles;
}

function findUnused(graph: ImportGraph): string[] {
  const used = new Set<string>();
  function visit(path: string): void {
    if (used.has(path)) return;
    used.add(path);
    for (const target of graph.get(path) ?? []) visit(target);
  }
  for (const entry of findEntries(graph.keys())) visit(entry);
  return [...graph.keys()].filter((path) => !used.has(path))
    .map((path) => `${path}: is not in use: ${ROOT_MODULE} does not reach it`);
}

interface Dependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly Dependency[];
}

/** Asks Deno for the imports of all source files. */
async function readImports(
  sources: ReadonlyMap<string, string>,
): Promise<Imports> {
  const all = new Map<string, string[]>();
  const code = new Map<string, string[]>();
  for (const path of [ROOT_MODULE, ...sources.keys()]) {
    if (all.has(path)) continue;
    const { href } = new URL(path, ROOT);
    const info: { readonly modules: readonly ModuleInfo[] } = JSON.parse(
      await runDeno(["info", "--json", href]),
    );
    for (const { specifier, dependencies = [] } of info.modules) {
      const importer = toProjectPath(specifier);
      if (importer === null || !sources.has(importer)) continue;
      all.set(importer, dependencies.map(toTarget));
      const inCode = dependencies.filter((dependency) => dependency.code);
      code.set(importer, inCode.map(toTarget));
    }
  }
  return { all, code };
}

function toTarget({ specifier, code, type }: Dependency): string {
  const resolved = code?.specifier ?? type?.specifier ?? "";
  return toProjectPath(resolved) ?? specifier;
}

if (import.meta.main) {
  report("imports", checkImports(await readImports(await readSources())));
}
