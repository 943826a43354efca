import { assertEquals } from "@std/assert";
import { HResult } from "../../errors/hresult.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { probe } from "../errors/_test_utils.ts";
import { inNetworkNamespace } from "./_network_namespace.ts";

Deno.test("toSocketError() gives connectionTimedOut when the system gives up", {
  permissions: { read: true, run: ["unshare"], sys: ["uid"] },
}, async () => {
  // One retry makes three seconds (tcp(7), tcp_syn_retries); the default makes
  // more than two minutes.
  const launcher = inNetworkNamespace(
    "echo 1 > /proc/sys/net/ipv4/tcp_syn_retries",
  );

  assertEquals(await probe(launcher, "fillBacklog"), {
    hresult: HResult.WSAETIMEDOUT,
    status: SocketErrorStatus.connectionTimedOut,
    reason: "connection timed out",
  });
});
