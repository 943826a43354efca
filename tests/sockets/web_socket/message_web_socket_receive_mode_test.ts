import { assertEquals } from "@std/assert";
import { MessageWebSocketReceiveMode } from "../../../sockets/web_socket/message_web_socket_receive_mode.ts";

Deno.test("MessageWebSocketReceiveMode has the members and numbers of WinRT", {
  permissions: "none",
}, () => {
  assertEquals<Record<string, number>>(MessageWebSocketReceiveMode, {
    fullMessage: 0,
    partialMessage: 1,
  });
});
