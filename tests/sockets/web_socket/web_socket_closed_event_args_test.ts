import { assertEquals, assertInstanceOf } from "@std/assert";
import { WebSocketClosedEventArgs } from "../../../sockets/web_socket/web_socket_closed_event_args.ts";

Deno.test(
  "WebSocketClosedEventArgs is the event with the code and the reason",
  {
    permissions: "none",
  },
  () => {
    for (
      const status of [
        { code: 1000, reason: "Done ✓" },
        { code: 1005, reason: "" },
      ]
    ) {
      const args = new WebSocketClosedEventArgs(status);

      assertInstanceOf(args, Event);
      assertEquals(args.type, "closed");
      assertEquals(args.code, status.code);
      assertEquals(args.reason, status.reason);
    }
  },
);
