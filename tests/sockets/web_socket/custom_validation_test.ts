import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvalidOperationError } from "../../../errors/invalid_operation_error.ts";
import { SocketSslErrorSeverity } from "../../../sockets/stream_socket/socket_ssl_error_severity.ts";
import { decide } from "../../../sockets/web_socket/_custom_validation.ts";
import { WebSocketServerCustomValidationRequestedEventArgs } from "../../../sockets/web_socket/web_socket_server_custom_validation_requested_event_args.ts";
import { isPending } from "../streams/_fakes.ts";

type Args = WebSocketServerCustomValidationRequestedEventArgs;

const PURE = { permissions: "none" } as const;

function makeArgs(): Args {
  return new WebSocketServerCustomValidationRequestedEventArgs({
    serverCertificate: null,
    serverCertificateErrors: [],
    serverCertificateErrorSeverity: SocketSslErrorSeverity.none,
    serverIntermediateCertificates: [],
  });
}

/** Asserts that handlers come too late. */
function assertDecided(args: Args): void {
  for (
    const [call, action] of [
      [() => args.getDeferral(), "get a deferral"],
      [() => args.reject(), "reject the certificate"],
    ] as const
  ) {
    assertThrows(
      call,
      InvalidOperationError,
      `Cannot ${action}: the decision was taken already, get a deferral before the handler returns`,
    );
  }
}

Deno.test(
  "decide() accepts at once when the handlers did nothing",
  PURE,
  async () => {
    const args = makeArgs();
    const decision = decide(args);

    assertDecided(args);
    assertEquals(await decision, true);
  },
);

Deno.test(
  "decide() refuses at once when a handler rejected",
  PURE,
  async () => {
    const args = makeArgs();
    args.reject();
    args.reject();
    const decision = decide(args);

    assertDecided(args);
    assertEquals(await decision, false);
  },
);

Deno.test(
  "decide() accepts when all deferrals are complete",
  PURE,
  async () => {
    const args = makeArgs();
    const first = args.getDeferral();
    const second = args.getDeferral();
    const decision = decide(args);

    first.complete();
    assertEquals(await isPending(decision), true);
    second.close();
    assertDecided(args);
    assertEquals(await decision, true);
  },
);

Deno.test(
  "decide() waits for all deferrals when one handler has rejected",
  PURE,
  async () => {
    const args = makeArgs();
    const deferral = args.getDeferral();
    args.reject();
    const decision = decide(args);

    assertEquals(await isPending(decision), true);
    deferral.complete();
    assertEquals(await decision, false);
  },
);

Deno.test(
  "decide() refuses when a handler rejects before its deferral is complete",
  PURE,
  async () => {
    const args = makeArgs();
    const deferral = args.getDeferral();
    const decision = decide(args);

    args.reject();
    deferral.complete();
    assertDecided(args);
    assertEquals(await decision, false);
  },
);

Deno.test(
  "decide() lets the next handler decide when a deferral was complete before it",
  PURE,
  async () => {
    const args = makeArgs();
    args.getDeferral().complete();
    const later = args.getDeferral();
    args.reject();
    later.complete();

    assertEquals(await decide(args), false);
  },
);

Deno.test(
  "decide() waits for a deferral taken late when another one is pending",
  PURE,
  async () => {
    const args = makeArgs();
    const first = args.getDeferral();
    const decision = decide(args);
    const second = args.getDeferral();

    first.complete();
    assertEquals(await isPending(decision), true);
    args.reject();
    second.complete();
    assertEquals(await decision, false);
  },
);

Deno.test(
  "decide() gives the same decision when asked again",
  PURE,
  async () => {
    const args = makeArgs();
    const deferral = args.getDeferral();

    assertStrictEquals(decide(args), decide(args));
    deferral.complete();
    assertEquals(await decide(args), true);
  },
);

Deno.test(
  "decide() refuses when one of any handlers rejects, in any order",
  PURE,
  async () => {
    const verdicts = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(verdicts, fc.boolean(), async (verdicts, isReverse) => {
        const args = makeArgs();
        const handlers = verdicts.map((isAccepted) => {
          const deferral = args.getDeferral();
          return () => {
            if (!isAccepted) args.reject();
            deferral.complete();
          };
        });
        const decision = decide(args);
        for (const run of isReverse ? handlers.reverse() : handlers) run();
        assertEquals(await decision, !verdicts.includes(false));
      }),
    );
  },
);

Deno.test("decide() keeps validations apart", PURE, async () => {
  const refused = makeArgs();
  refused.reject();

  assertEquals(await decide(makeArgs()), true);
  assertEquals(await decide(refused), false);
});

Deno.test("decide() hears the handlers of an event target", PURE, async () => {
  const target = new EventTarget();
  target.addEventListener("servercustomvalidationrequested", async (event) => {
    if (!(event instanceof WebSocketServerCustomValidationRequestedEventArgs)) {
      return;
    }
    using _deferral = event.getDeferral();
    await Promise.resolve();
    event.reject();
  });
  const args = makeArgs();
  target.dispatchEvent(args);

  assertEquals(await decide(args), false);
});

Deno.test("decide() refuses events of other kinds", PURE, () => {
  assertThrows(
    () => decide(new Event("other")),
    TypeError,
    "Not an event that asks for a validation",
  );
});
