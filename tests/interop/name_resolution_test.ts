import { assertEquals, assertRejects } from "@std/assert";
import { HResult } from "../../errors/hresult.ts";
import { SocketErrorStatus } from "../../errors/socket_error_status.ts";
import { withNameServer } from "../errors/_name_server.ts";
import {
  assertClassifies,
  type ExpectedSocketError,
  probe,
} from "../errors/_test_utils.ts";
import { inNetworkNamespace } from "./_network_namespace.ts";

const NOERROR = "0";
const SERVFAIL = "2";
const NXDOMAIN = "3";

const TRY_AGAIN: ExpectedSocketError = {
  hresult: HResult.WSATRY_AGAIN,
  status: SocketErrorStatus.nonAuthoritativeHostNotFound,
  reason: "temporary failure in name resolution",
};

const permissions = {
  read: true,
  run: ["unshare"],
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

/** Resolves a name with getaddrinfo, from a name server that answers so. */
function resolve(rcode: string): Promise<ExpectedSocketError> {
  const launcher = inNetworkNamespace(`
    mount -t tmpfs tmpfs /mnt
    echo "nameserver 127.0.0.1" > /mnt/resolv.conf
    echo "hosts: dns" > /mnt/nsswitch.conf
    mount --bind /mnt/resolv.conf /etc/resolv.conf
    mount --bind /mnt/nsswitch.conf /etc/nsswitch.conf`);
  return probe(launcher, "resolve", rcode);
}

Deno.test(
  "toSocketError() gives hostNotFound when the name server knows no such name",
  {
    permissions,
  },
  async () => {
    assertEquals(await resolve(NXDOMAIN), {
      hresult: HResult.WSAHOST_NOT_FOUND,
      status: SocketErrorStatus.hostNotFound,
      reason: "host not found",
    });
  },
);

Deno.test(
  "toSocketError() gives noDataRecordOfRequestedType when the name has no address",
  {
    permissions,
  },
  async () => {
    assertEquals(await resolve(NOERROR), {
      hresult: HResult.WSANO_DATA,
      status: SocketErrorStatus.noDataRecordOfRequestedType,
      reason: "no record of the requested type",
    });
  },
);

Deno.test(
  "toSocketError() gives nonAuthoritativeHostNotFound when the name server fails",
  {
    permissions,
  },
  async () => {
    assertEquals(await resolve(SERVFAIL), TRY_AGAIN);
  },
);

Deno.test(
  "toSocketError() gives nonAuthoritativeHostNotFound when Deno.resolveDns() has no answer",
  {
    permissions: { net: ["127.0.0.1"] },
  },
  async () => {
    // Deno tries for 15 seconds.
    const cause = await withNameServer(
      null,
      0,
      (nameServer) =>
        assertRejects(() => Deno.resolveDns("host.test", "A", { nameServer })),
    );

    assertClassifies(cause, TRY_AGAIN);
  },
);
