import { assertEquals } from "@std/assert";
import { DatagramSocket, HostName, SocketErrorStatus } from "../../../mod.ts";
import { hasNativeSockets } from "../../../sockets/_transport/native_socket.ts";
import {
  assertArgumentError,
  assertInvalidOperation,
  assertSocketError,
  BAD_ADAPTERS,
  BAD_HOSTS,
  call,
  failureOf,
  open,
} from "./_bad_input.ts";
import { bytesOf, LOOPBACK, take } from "./_sockets.ts";

const permissions = LOOPBACK;
const native = { permissions, ignore: !hasNativeSockets() };
const LOOPBACK_ADAPTER = hasNativeSockets()
  ? Deno.networkInterfaces().find(({ address }) => address === "127.0.0.1")
    ?.name
  : undefined;

/** What is no group, and what a message makes of it. */
const BAD_GROUPS: readonly (readonly [unknown, string])[] = [
  ...BAD_HOSTS,
  [null, "null"],
  ["0.0.0.0", '"0.0.0.0"'],
  ["223.255.255.255", '"223.255.255.255"'],
  ["240.0.0.0", '"240.0.0.0"'],
  ["::", '"::"'],
  ["fe80::1", '"fe80::1"'],
  ["ff", '"ff"'],
  ["ff02.example", '"ff02.example"'],
  [new HostName("127.0.0.1"), '"127.0.0.1"'],
];

Deno.test(
  "DatagramSocket.joinMulticastGroup() and leaveMulticastGroup() refuse what is no group",
  { permissions },
  async () => {
    for (const hostname of ["127.0.0.1", "::1", null]) {
      await using socket = await open(hostname);
      for (const name of ["join", "leave"] as const) {
        for (const [group, text] of BAD_GROUPS) {
          const change = () => call(socket, `${name}MulticastGroup`, group);
          assertArgumentError(await failureOf(change), text);
        }
      }
    }
  },
);

for (const name of ["join", "leave"] as const) {
  Deno.test(
    `DatagramSocket.${name}MulticastGroup() refuses a group of IPv6 where the socket has IPv4 alone`,
    native,
    async () => {
      await using socket = await open("0.0.0.0");
      const options = { adapter: LOOPBACK_ADAPTER };
      for (const group of ["ff02::1234", "ff12::1234", "ff01::1%lo"]) {
        const error = await failureOf(() =>
          call(socket, `${name}MulticastGroup`, group, options)
        );
        const { addressFamilyNotSupported } = SocketErrorStatus;
        assertSocketError(error, addressFamilyNotSupported, `"${group}"`);
      }
    },
  );

  Deno.test(
    `DatagramSocket.${name}MulticastGroup() refuses an adapter that is none`,
    native,
    async () => {
      await using socket = await open(null);
      for (const adapter of BAD_ADAPTERS) {
        for (const group of ["239.1.2.3", "ff12::1234"]) {
          const error = await failureOf(() =>
            call(socket, `${name}MulticastGroup`, group, { adapter })
          );
          const text = typeof adapter === "string" ? `"${adapter}"` : "adapter";
          assertArgumentError(error, text);
        }
      }
    },
  );

  Deno.test(
    `DatagramSocket.${name}MulticastGroup() refuses a source that is no host of the family`,
    native,
    async () => {
      await using socket = await open(null);
      for (
        const [group, source, text] of [
          ["ff12::1234", "127.0.0.1", '"127.0.0.1"'],
          ["ff12::1234", "ff02::1", '"ff02::1"'],
          ["239.1.2.3", "fe80::1", '"fe80::1"'],
          ["239.1.2.3", "", '""'],
          ["239.1.2.3", null, "null"],
          ["239.1.2.3", 5, "5"],
          ["239.1.2.3", {}, "an object"],
        ]
      ) {
        const error = await failureOf(() =>
          call(socket, `${name}MulticastGroup`, group, { source })
        );
        assertArgumentError(error, `${text}`);
      }
    },
  );
}

Deno.test(
  "DatagramSocket.joinMulticastGroup() fails with addressAlreadyInUse for what was joined before",
  native,
  async () => {
    await using socket = await open(null);
    const { addressAlreadyInUse } = SocketErrorStatus;
    for (
      const [group, more] of [
        ["239.1.2.3", {}],
        ["239.1.2.4", { source: "127.0.0.2" }],
        ["ff12::1234", {}],
        ["ff12::1235", { source: "2001:db8::1" }],
      ] as const
    ) {
      const options = { adapter: "lo", ...more };
      socket.joinMulticastGroup(group, options);
      const join = () => socket.joinMulticastGroup(group, options);
      assertSocketError(await failureOf(join), addressAlreadyInUse, group);
      socket.leaveMulticastGroup(group, options);
      socket.joinMulticastGroup(group, options);
    }
  },
);

Deno.test(
  "DatagramSocket.leaveMulticastGroup() fails for what was not joined",
  native,
  async () => {
    await using socket = await open(null);
    const { cannotAssignRequestedAddress } = SocketErrorStatus;
    socket.joinMulticastGroup("239.1.2.3", { adapter: "lo" });
    socket.joinMulticastGroup("239.1.2.4", {
      adapter: "lo",
      source: "127.0.0.2",
    });
    for (
      const [group, more] of [
        ["239.1.2.5", {}],
        ["ff12::1234", {}],
        ["239.1.2.4", { source: "127.0.0.3" }],
      ] as const
    ) {
      const leave = () =>
        socket.leaveMulticastGroup(group, { adapter: "lo", ...more });
      const error = await failureOf(leave);
      assertSocketError(error, cannotAssignRequestedAddress, group);
    }
  },
);

Deno.test(
  "DatagramSocket.joinMulticastGroup() receives of a group, or refuses to join, on a socket of one address",
  { ...native, permissions: { ...permissions, net: true } },
  async () => {
    const group = "239.255.77.78";
    await using sender = await open("127.0.0.1");
    for (const options of [{}, { adapter: "lo" }]) {
      await using socket = new DatagramSocket();
      if ("adapter" in options) await socket.bindServiceNameAsync("", options);
      else await socket.bindEndpointAsync("127.0.0.1", "");
      const { localPort } = socket.information;
      try {
        socket.joinMulticastGroup(group, { adapter: "lo" });
      } catch (error) {
        assertInvalidOperation(error, group);
        continue;
      }
      const toGroup = await sender.getOutputStreamAsync(group, localPort);
      const toHost = await sender.getOutputStreamAsync("127.0.0.1", localPort);
      await toGroup.writeAsync(new Uint8Array([1]));
      await toHost.writeAsync(new Uint8Array([2]));
      // What was sent last is there; so the first one is, too, or is lost.
      const [first] = await take(socket, 1);
      assertEquals(bytesOf(first), new Uint8Array([1]));
    }
  },
);
