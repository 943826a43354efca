/** How the page is served. */
export interface PageOptions {
  readonly host: string;
  readonly port: number;
  /** Where the page finds the chat. */
  readonly chatPort: string;
}

/** A server that runs. */
export interface PageServer extends AsyncDisposable {
  readonly port: number;
}

const FILES = {
  "/": { name: "page.html", type: "text/html; charset=utf-8" },
  "/page.css": { name: "page.css", type: "text/css; charset=utf-8" },
  "/page.js": { name: "page.js", type: "text/javascript; charset=utf-8" },
} as const;

/** What the page may load; nothing else. */
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  "script-src 'self'",
  "style-src 'self'",
] as const;

/** Serves the page over HTTP. */
export async function startPage(
  { host, port, chatPort }: PageOptions,
): Promise<PageServer> {
  const pages = await readPages(chatPort);
  const options = { hostname: host, port, onListen: () => {} };
  const server = Deno.serve(options, ({ url }) => {
    const { pathname, hostname } = new URL(url);
    const page = pages.get(pathname);
    if (page === undefined) return new Response("Not here\n", { status: 404 });
    return new Response(page.text, {
      headers: {
        "Content-Type": page.type,
        "Content-Security-Policy": [
          ...POLICY,
          `connect-src ws://${hostname}:${chatPort}`,
        ].join("; "),
        "X-Content-Type-Options": "nosniff",
      },
    });
  });
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Page {
  readonly text: string;
  readonly type: string;
}

async function readPages(
  chatPort: string,
): Promise<ReadonlyMap<string, Page>> {
  const entries = Object.entries(FILES).map(async ([path, { name, type }]) => {
    const text = await Deno.readTextFile(new URL(name, import.meta.url));
    return [path, {
      text: text.replace("{{chatPort}}", chatPort),
      type,
    }] as const;
  });
  return new Map(await Promise.all(entries));
}
