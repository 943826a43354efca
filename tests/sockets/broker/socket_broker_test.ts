import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentError, SocketBroker } from "../../../mod.ts";
import { setApplicationName } from "../../../sockets/_broker/application.ts";
import { heldSockets } from "../../../sockets/_broker/broker_client.ts";
import { TestBroker } from "../_broker/_broker_process.ts";
import { PASSING } from "../_broker/_sockets.ts";

const PURE = { permissions: "none" } as const;

Deno.test(
  "SocketBroker.application is the main module, or what was set",
  PURE,
  () => {
    assertEquals(SocketBroker.application, Deno.mainModule);
    SocketBroker.application = "app";
    assertEquals(SocketBroker.application, "app");
    assertThrows(
      () => SocketBroker.application = "",
      ArgumentError,
      "Cannot set the application: it has no name",
    );
    assertEquals(SocketBroker.application, "app");
    setApplicationName(null);
  },
);

Deno.test(
  "SocketBroker.stateDirectory is the usual one, or what was set",
  PURE,
  () => {
    assertEquals(SocketBroker.stateDirectory, null);
    SocketBroker.stateDirectory = "/state";
    for (const path of ["", "state", `/${"x".repeat(100)}`]) {
      assertThrows(() => SocketBroker.stateDirectory = path, ArgumentError);
    }
    assertEquals(SocketBroker.stateDirectory, "/state");
    SocketBroker.stateDirectory = null;
    assertEquals(SocketBroker.stateDirectory, null);
  },
);

Deno.test(
  "SocketBroker.startAsync() uses a broker that runs",
  PASSING,
  async () => {
    await using _broker = await TestBroker.start();
    await SocketBroker.startAsync();
    assertEquals(heldSockets(), []);
  },
);
