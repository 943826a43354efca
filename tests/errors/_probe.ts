/**
 * A program that fails as its arguments say, and prints what the failure
 * becomes. Tests run it under limits and in network namespaces.
 */
import { toSocketError } from "../../errors/_classify.ts";
import { SocketError } from "../../errors/socket_error.ts";
import { withNameServer } from "./_name_server.ts";

const LOOPBACK = "127.0.0.1";
const ACTION = "Cannot continue";

const SCENARIOS: Readonly<Record<string, (arg: string) => unknown>> = {
  connect,
  exhaustDescriptors,
  fillBacklog,
  resolve,
};

/** Connects to a host. */
async function connect(hostname: string): Promise<void> {
  using _conn = await Deno.connect({ hostname, port: 9 });
}

/** Listens on ever more ports, until there is no descriptor left. */
function exhaustDescriptors(): void {
  using listeners = new DisposableStack();
  while (true) {
    listeners.use(Deno.listen({ hostname: LOOPBACK, port: 0 }));
  }
}

/** Connects ever more often to a listener that does not accept. */
async function fillBacklog(): Promise<void> {
  using stack = new DisposableStack();
  const listener = stack.use(
    Deno.listen({ hostname: LOOPBACK, port: 0, tcpBacklog: 1 }),
  );
  const { port } = listener.addr;
  while (true) {
    stack.use(await Deno.connect({ hostname: LOOPBACK, port }));
  }
}

/**
 * Connects to a name, and is the name server itself.
 *
 * @param rcode The response code to answer with (RFC 1035, section 4.1.1).
 */
async function resolve(rcode: string): Promise<void> {
  await withNameServer(Number(rcode), 53, () => connect("host.test"));
}

/** What has become of a failure, without the action that the message names. */
function report(cause: unknown): string {
  const error = toSocketError(cause, ACTION);
  if (!(error instanceof SocketError)) throw error;
  const { hresult, status, message } = error;
  const reason = message.replace(`${ACTION}: `, "");
  return JSON.stringify({ hresult, status, reason });
}

const [scenario = "", arg = ""] = Deno.args;
const run = SCENARIOS[scenario];
if (run === undefined) {
  throw new TypeError(`Cannot run "${scenario}": no such scenario`);
}
let output = "null";
try {
  await run(arg);
} catch (cause) {
  output = report(cause);
}
await Deno.stdout.write(new TextEncoder().encode(output));
