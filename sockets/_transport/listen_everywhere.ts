import type { ListenerTransport } from "./listener_transport.ts";
import { isAddressMissing, isAddressTaken, type Listen } from "./listen_tcp.ts";
import { isNetGranted } from "./net_permission.ts";
import { joinListeners } from "./joined_listener.ts";

const ANY_IPV6 = "::";
const ANY_IPV4 = "0.0.0.0";

/**
 * Listens on all local addresses. One IPv6 socket serves both families where
 * the system makes it dual-stack (Linux, macOS); a second one serves IPv4
 * where it does not (Windows), and alone where there is no IPv6.
 */
export function listenEverywhere(
  port: number,
  listen: Listen,
): ListenerTransport {
  if (!isNetGranted({ hostname: ANY_IPV6, port })) {
    return listen({ hostname: ANY_IPV4, port });
  }
  let first;
  try {
    first = listen({ hostname: ANY_IPV6, port });
  } catch (error) {
    if (isAddressMissing(error)) return listen({ hostname: ANY_IPV4, port });
    throw error;
  }
  const second = listenBeside(first, listen);
  return second === null ? first : joinListeners([first, second]);
}

/** IPv4 on the same port, unless the first socket serves that as well. */
function listenBeside(
  first: ListenerTransport,
  listen: Listen,
): ListenerTransport | null {
  const { port } = first.localAddress;
  if (!isNetGranted({ hostname: ANY_IPV4, port })) return null;
  try {
    return listen({ hostname: ANY_IPV4, port });
  } catch (error) {
    if (isAddressTaken(error)) return null;
    first.close();
    throw error;
  }
}
