import { assertEquals } from "@std/assert";
import { Child } from "../examples/_child.ts";
import { GroupMember, sendToGroup } from "./_group.ts";
import { Cable } from "./_network_namespace.ts";
import { startPeer } from "./_peers.ts";

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

const GROUP = "239.9.8.7";
/** What comes by it tells that nothing sent before is still under way. */
const OTHER_GROUP = "239.9.8.8";

/** How a socket is made and what it is bound to. */
const SOCKETS: readonly {
  readonly name: string;
  readonly flags: readonly string[];
  readonly host?: string;
}[] = [
  { name: "by native calls", flags: ["--allow-ffi"] },
  { name: "by native calls on IPv4", flags: ["--allow-ffi"], host: "0.0.0.0" },
  { name: "by node:dgram", flags: [] },
  { name: "by node:dgram on IPv4", flags: [], host: "0.0.0.0" },
];

Deno.test(
  "DatagramSocket shares a multicast port with other processes, and all receive",
  { permissions },
  async () => {
    await using stack = new AsyncDisposableStack();
    const members: GroupMember[] = [];
    let port = "0";
    for (const { flags, host } of SOCKETS) {
      const args = host === undefined ? [port] : [port, host];
      const command = GroupMember.command(flags, ...args);
      const member = stack.use(await GroupMember.start(command));
      port = member.port;
      await member.run(`join ${GROUP} lo`);
      members.push(member);
    }
    const membership = `ip-add-membership=${GROUP}:127.0.0.1`;
    const socat = stack.use(startPeer(
      "socat",
      ...["-u", "-d", "-d"],
      `UDP4-RECV:${port},reuseaddr,${membership}`,
      "STDOUT",
    ));
    await socat.stderr.match(/starting data transfer loop/);

    const to = { group: GROUP, port, from: "127.0.0.1" };
    for (const text of ["one", "two"]) await sendToGroup(to, text);
    for (const member of members) {
      assertEquals(await member.received("127.0.0.1: two"), [
        "127.0.0.1: one",
        "127.0.0.1: two",
      ]);
    }
    await socat.stdout.match(/^one\ntwo\n$/);
  },
);

for (const { name, flags, host } of SOCKETS) {
  const args = host === undefined ? ["0"] : ["0", host];
  const command = GroupMember.command(flags, ...args);

  Deno.test(
    `DatagramSocket ${name} receives from a group of a network until it leaves`,
    { permissions },
    async () => {
      await using cable = await Cable.lay();
      await using member = await GroupMember.start(cable.at("near", command));
      const send = senderOf(cable, member.port);

      await member.run(`join ${OTHER_GROUP} near`);
      await send("10.9.8.2", GROUP, "one");
      await member.run(`join ${GROUP} near`);
      await send("10.9.8.2", GROUP, "two");
      await send("10.9.8.2", OTHER_GROUP, "three");
      await member.received("10.9.8.2: three");
      await member.run(`leave ${GROUP} near`);
      await send("10.9.8.2", GROUP, "four");
      await send("10.9.8.2", OTHER_GROUP, "five");

      assertEquals(await member.received("10.9.8.2: five"), [
        "10.9.8.2: two",
        "10.9.8.2: three",
        "10.9.8.2: five",
      ]);
    },
  );

  Deno.test(
    `DatagramSocket ${name} receives from the source alone that it joins for`,
    { permissions },
    async () => {
      await using cable = await Cable.lay();
      await using member = await GroupMember.start(cable.at("near", command));
      const send = senderOf(cable, member.port);

      await member.run(`join ${OTHER_GROUP} near`);
      await member.run(`join ${GROUP} near 10.9.8.3`);
      await send("10.9.8.2", GROUP, "one");
      await send("10.9.8.3", GROUP, "two");
      await send("10.9.8.2", OTHER_GROUP, "three");
      await member.received("10.9.8.2: three");
      await member.run(`leave ${GROUP} near 10.9.8.3`);
      await send("10.9.8.3", GROUP, "four");
      await send("10.9.8.2", OTHER_GROUP, "five");

      assertEquals(await member.received("10.9.8.2: five"), [
        "10.9.8.3: two",
        "10.9.8.2: three",
        "10.9.8.2: five",
      ]);
    },
  );

  Deno.test(
    `DatagramSocket ${name} sends to a group of a network`,
    { permissions },
    async () => {
      const port = "1234";
      await using cable = await Cable.lay();
      await using socat = new Child(cable.at("far", [
        "socat",
        ...["-u", "-d", "-d"],
        `UDP4-RECV:${port},ip-add-membership=${GROUP}:10.9.8.2`,
        "STDOUT",
      ]));
      await socat.stderr.match(/starting data transfer loop/);
      await using member = await GroupMember.start(cable.at("near", command));
      await member.run(`send ${GROUP} ${port} hello`);

      await socat.stdout.match(/^hello\n$/);
    },
  );
}

/** What sends from an address of the far side to a group. */
/** RFC 4291, section 2.7: of the site, and not assigned. */
const IPV6_GROUP = "ff15::9:8:7";
const OTHER_IPV6_GROUP = "ff15::9:8:8";

for (const { name, flags, host } of SOCKETS) {
  if (host !== undefined) continue;
  const command = GroupMember.command(flags, "0");

  Deno.test(
    `DatagramSocket ${name} receives from a group of IPv6 until it leaves`,
    { permissions },
    async () => {
      await using cable = await Cable.lay();
      await using member = await GroupMember.start(cable.at("near", command));
      const send = senderOf(cable, member.port);

      await member.run(`join ${OTHER_IPV6_GROUP} near`);
      await send("fd09::2", IPV6_GROUP, "one");
      await member.run(`join ${IPV6_GROUP} near`);
      await send("fd09::2", IPV6_GROUP, "two");
      await send("fd09::2", OTHER_IPV6_GROUP, "three");
      await member.received("fd09::2: three");
      await member.run(`leave ${IPV6_GROUP} near`);
      await send("fd09::2", IPV6_GROUP, "four");
      await send("fd09::2", OTHER_IPV6_GROUP, "five");

      assertEquals(await member.received("fd09::2: five"), [
        "fd09::2: two",
        "fd09::2: three",
        "fd09::2: five",
      ]);
    },
  );
}

Deno.test(
  "DatagramSocket by native calls receives from the source of IPv6 alone that it joins for",
  { permissions },
  async () => {
    const command = GroupMember.command(["--allow-ffi"], "0");
    await using cable = await Cable.lay();
    await using member = await GroupMember.start(cable.at("near", command));
    const send = senderOf(cable, member.port);

    await member.run(`join ${OTHER_IPV6_GROUP} near`);
    await member.run(`join ${IPV6_GROUP} near fd09::3`);
    await send("fd09::2", IPV6_GROUP, "one");
    await send("fd09::3", IPV6_GROUP, "two");
    await send("fd09::2", OTHER_IPV6_GROUP, "three");

    assertEquals(await member.received("fd09::2: three"), [
      "fd09::3: two",
      "fd09::2: three",
    ]);
  },
);

function senderOf(
  cable: Cable,
  port: string,
): (from: string, group: string, text: string) => Promise<void> {
  return (from, group, text) =>
    sendToGroup(
      { group, port, from },
      text,
      (command) => cable.at("far", command),
    );
}
