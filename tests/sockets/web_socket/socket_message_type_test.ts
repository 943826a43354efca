import { assertEquals } from "@std/assert";
import { SocketMessageType } from "../../../sockets/web_socket/socket_message_type.ts";

Deno.test("SocketMessageType has the members and numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals<Record<string, number>>(SocketMessageType, {
    binary: 0,
    utf8: 1,
  });
});
