import { assertEquals } from "@std/assert";
import { Child } from "../examples/_child.ts";
import { GroupMember, sendToGroup } from "./_group.ts";
import { Cable } from "./_network_namespace.ts";

const permissions = {
  read: true,
  run: true,
  sys: ["uid"],
} satisfies Deno.PermissionOptions;

/**
 * RFC 4291, section 2.7: of the link, and not assigned. On each link there is
 * another group of that name, so that it takes a zone to send to it.
 */
const GROUP = "ff12::1234";
const OTHER_GROUP = "ff12::1235";
const COMMAND = GroupMember.command(["--allow-ffi"], "0");

/** What sends from an address of the far side to a group of the cable. */
function senderOf(
  cable: Cable,
  port: string,
): (from: string, group: string, text: string) => Promise<void> {
  return (from, group, text) =>
    sendToGroup(
      { group: `${group}%far`, port, from },
      text,
      (command) => cable.at("far", command),
    );
}

Deno.test(
  "DatagramSocket receives from a group of IPv6 of a link until it leaves",
  { permissions },
  async () => {
    await using cable = await Cable.lay();
    await using member = await GroupMember.start(cable.at("near", COMMAND));
    const send = senderOf(cable, member.port);

    await member.run(`join ${OTHER_GROUP} near`);
    // A group of that name, but of another link.
    await member.run(`join ${GROUP} lo`);
    await send("fd09::2", GROUP, "one");
    await member.run(`join ${GROUP} near`);
    await send("fd09::2", GROUP, "two");
    await send("fd09::2", OTHER_GROUP, "three");
    await member.received("fd09::2: three");
    await member.run(`leave ${GROUP} near`);
    await send("fd09::2", GROUP, "four");
    await send("fd09::2", OTHER_GROUP, "five");
    await member.received("fd09::2: five");
    await member.run(`join ${GROUP} near`);
    await send("fd09::2", GROUP, "six");

    assertEquals(await member.received("fd09::2: six"), [
      "fd09::2: two",
      "fd09::2: three",
      "fd09::2: five",
      "fd09::2: six",
    ]);
  },
);

Deno.test(
  "DatagramSocket receives from sources of IPv6 alone that it joins for, until it leaves each",
  { permissions },
  async () => {
    await using cable = await Cable.lay();
    await using member = await GroupMember.start(cable.at("near", COMMAND));
    const send = senderOf(cable, member.port);
    const sendBoth = async (text: string): Promise<void> => {
      await send("fd09::2", GROUP, text);
      await send("fd09::3", GROUP, text);
      await send("fd09::2", OTHER_GROUP, `after ${text}`);
      await member.received(`fd09::2: after ${text}`);
    };

    await member.run(`join ${OTHER_GROUP} near`);
    await member.run(`join ${GROUP} near fd09::3`);
    await sendBoth("one");
    await member.run(`join ${GROUP} near fd09::2`);
    await sendBoth("two");
    await member.run(`leave ${GROUP} near fd09::3`);
    await sendBoth("three");
    await member.run(`leave ${GROUP} near fd09::2`);
    await sendBoth("four");

    assertEquals(await member.received("fd09::2: after four"), [
      "fd09::3: one",
      "fd09::2: after one",
      "fd09::2: two",
      "fd09::3: two",
      "fd09::2: after two",
      "fd09::2: three",
      "fd09::2: after three",
      "fd09::2: after four",
    ]);
  },
);

Deno.test(
  "DatagramSocket sends to a group of IPv6 of a link, which its zone tells",
  { permissions },
  async () => {
    const port = "1234";
    await using cable = await Cable.lay();
    await using socat = new Child(cable.at("far", [
      "socat",
      ...["-u", "-d", "-d"],
      `UDP6-RECV:${port},ipv6-join-group=[${GROUP}]:far`,
      "STDOUT",
    ]));
    await socat.stderr.match(/starting data transfer loop/);
    await using member = await GroupMember.start(cable.at("near", COMMAND));
    await member.run(`send ${GROUP}%near ${port} hello`);

    await socat.stdout.match(/^hello\n$/);
  },
);
