import { assertEquals } from "@std/assert";
import { HResult } from "../../errors/hresult.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { probe } from "../errors/_test_utils.ts";
import { inNetworkNamespace } from "./_network_namespace.ts";

/** Connects to a host of a route of the given type (ip-route(8)). */
function connectOverRoute(type: string): ReturnType<typeof probe> {
  const launcher = inNetworkNamespace(`ip route add ${type} 10.9.9.0/24`);
  return probe(launcher, "connect", "10.9.9.1");
}

const permissions = {
  read: true,
  run: ["unshare"],
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

Deno.test(
  "toSocketError() gives unreachableHost when the route is unreachable",
  {
    permissions,
  },
  async () => {
    assertEquals(await connectOverRoute("unreachable"), {
      hresult: HResult.WSAEHOSTUNREACH,
      status: SocketErrorStatus.unreachableHost,
      reason: "host is unreachable",
    });
  },
);

Deno.test("toSocketError() gives WSAEACCES when the system denies the route", {
  permissions,
}, async () => {
  assertEquals(await connectOverRoute("prohibit"), {
    hresult: HResult.WSAEACCES,
    status: SocketErrorStatus.unknown,
    reason: "permission denied by the operating system",
  });
});

Deno.test(
  "toSocketError() gives WSAEINVAL when the system takes no such route",
  {
    permissions,
  },
  async () => {
    assertEquals(await connectOverRoute("blackhole"), {
      hresult: HResult.WSAEINVAL,
      status: SocketErrorStatus.unknown,
      reason: "invalid argument",
    });
  },
);

Deno.test(
  "toSocketError() gives networkIsUnreachable when there is no route at all",
  {
    permissions,
  },
  async () => {
    assertEquals(await probe(inNetworkNamespace(":"), "connect", "10.9.9.1"), {
      hresult: HResult.WSAENETUNREACH,
      status: SocketErrorStatus.networkIsUnreachable,
      reason: "network is unreachable",
    });
  },
);
