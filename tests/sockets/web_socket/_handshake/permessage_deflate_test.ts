import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../../errors/argument_error.ts";
import type { DeflateRequest } from "../../../../sockets/web_socket/_handshake/deflate_parameters.ts";
import { HeadFailure } from "../../../../sockets/web_socket/_handshake/head_failure.ts";
import {
  checkAnswer,
  chooseOffer,
  formatOffer,
} from "../../../../sockets/web_socket/_handshake/permessage_deflate.ts";
import { assertHeadFailure, PURE } from "./_heads.ts";

const DEFAULTS = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};

/** Parameters that are not valid in an offer nor in an answer. */
const INVALID = [
  "foo",
  "foo=1",
  "server_no_context_takeover=1",
  'server_no_context_takeover="true"',
  "client_no_context_takeover=0",
  "server_max_window_bits",
  "server_max_window_bits=7",
  "server_max_window_bits=16",
  "server_max_window_bits=08",
  "server_max_window_bits=1e1",
  "server_max_window_bits=+9",
  "server_max_window_bits=9.0",
  "client_max_window_bits=7",
  "client_max_window_bits=16",
  "client_max_window_bits=015",
  "client_max_window_bits=x",
  "Server_No_Context_Takeover",
  "server_no_context_takeover; server_no_context_takeover",
  "client_max_window_bits=10; client_max_window_bits=10",
];

function choose(offer: string, request: DeflateRequest = {}): string | null {
  return chooseOffer([offer], request)?.answer ?? null;
}

Deno.test("formatOffer() lets the server limit the window", PURE, () => {
  assertEquals(formatOffer({}), "permessage-deflate; client_max_window_bits");
});

Deno.test("formatOffer() asks for what the app wants", PURE, () => {
  assertEquals(
    formatOffer({
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientMaxWindowBits: 8,
    }),
    "permessage-deflate; server_no_context_takeover; " +
      "client_no_context_takeover; server_max_window_bits=10; " +
      "client_max_window_bits=8",
  );
  assertEquals(
    formatOffer({ serverMaxWindowBits: 15, clientMaxWindowBits: 15 }),
    "permessage-deflate; client_max_window_bits",
  );
});

Deno.test(
  "formatOffer() and chooseOffer() refuse wrong window bits",
  PURE,
  () => {
    const request = { serverMaxWindowBits: 16 };
    assertThrows(() => formatOffer(request), ArgumentError);
    assertThrows(() => chooseOffer([], request), ArgumentError);
  },
);

// RFC 7692, sections 5 and 7.1.3.
Deno.test("chooseOffer() answers the samples of RFC 7692", PURE, () => {
  assertEquals(choose("permessage-deflate"), "permessage-deflate");
  assertEquals(
    choose(
      "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
    ),
    "permessage-deflate; server_max_window_bits=10",
  );
  const both = "permessage-deflate; client_max_window_bits; " +
    "server_max_window_bits=10, permessage-deflate; client_max_window_bits";
  assertEquals(choose(both), "permessage-deflate; server_max_window_bits=10");
});

Deno.test(
  "chooseOffer() takes the hints and the limits of a client",
  PURE,
  () => {
    const offer = "permessage-deflate; server_no_context_takeover; " +
      'client_no_context_takeover; server_max_window_bits="9"; ' +
      "client_max_window_bits=8";
    assertEquals(chooseOffer([offer], {}), {
      parameters: {
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
        serverMaxWindowBits: 9,
        clientMaxWindowBits: 8,
      },
      answer: "permessage-deflate; server_no_context_takeover; " +
        "client_no_context_takeover; server_max_window_bits=9; " +
        "client_max_window_bits=8",
    });
  },
);

Deno.test("chooseOffer() adds what the app wants", PURE, () => {
  const request = {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 11,
    clientMaxWindowBits: 12,
  };
  assertEquals(
    choose("permessage-deflate; client_max_window_bits", request),
    "permessage-deflate; server_no_context_takeover; " +
      "client_no_context_takeover; server_max_window_bits=11; " +
      "client_max_window_bits=12",
  );
});

Deno.test("chooseOffer() takes the smaller of two limits", PURE, () => {
  const request = { serverMaxWindowBits: 11, clientMaxWindowBits: 11 };
  for (
    const [offered, agreed] of [[8, 8], [10, 10], [11, 11], [15, 11]] as const
  ) {
    const parameters = [
      `server_max_window_bits=${offered}`,
      `client_max_window_bits=${offered}`,
    ];
    const choice = chooseOffer(
      [`permessage-deflate; ${parameters.join(";")}`],
      request,
    );
    assertEquals(choice?.parameters, {
      ...DEFAULTS,
      serverMaxWindowBits: agreed,
      clientMaxWindowBits: agreed,
    });
  }
});

Deno.test("chooseOffer() answers a limit that is none", PURE, () => {
  assertEquals(
    choose(
      "permessage-deflate; server_max_window_bits=15; client_max_window_bits=15",
    ),
    "permessage-deflate; server_max_window_bits=15",
  );
});

Deno.test(
  "chooseOffer() does not limit a client that cannot be told",
  PURE,
  () => {
    const request = { clientMaxWindowBits: 14 };
    assertEquals(choose("permessage-deflate", request), null);
    assertEquals(
      choose(
        "permessage-deflate, permessage-deflate; client_max_window_bits",
        request,
      ),
      "permessage-deflate; client_max_window_bits=14",
    );
  },
);

Deno.test("chooseOffer() takes the first offer that is valid", PURE, () => {
  const first = "x-other; a=b, permessage-deflate; foo";
  const second = "permessage-deflate; server_max_window_bits=9";
  assertEquals(
    chooseOffer([first, second, "permessage-deflate"], {})?.answer,
    second,
  );
});

Deno.test("chooseOffer() takes no offer that is not valid", PURE, () => {
  for (const parameter of INVALID) {
    assertEquals(choose(`permessage-deflate; ${parameter}`), null, parameter);
  }
});

Deno.test("chooseOffer() takes no other extension", PURE, () => {
  assertEquals(chooseOffer([], {}), null);
  for (
    const name of ["x-webkit-deflate-frame", "Permessage-Deflate", "permessage"]
  ) assertEquals(choose(name), null);
});

Deno.test("chooseOffer() fails at a wrong syntax", PURE, () => {
  assertHeadFailure(
    () => chooseOffer(["permessage-deflate;"], {}),
    400,
    'the field "Sec-WebSocket-Extensions" is not valid at ""',
  );
});

Deno.test(
  "checkAnswer() has null if the server does not compress",
  PURE,
  () => {
    assertEquals(checkAnswer([], {}), null);
  },
);

Deno.test("checkAnswer() reads what the server has agreed to", PURE, () => {
  assertEquals(checkAnswer(["permessage-deflate"], {}), DEFAULTS);
  const answer = "permessage-deflate; server_no_context_takeover; " +
    "client_no_context_takeover; server_max_window_bits=8; " +
    'client_max_window_bits="9"';
  assertEquals(checkAnswer([answer], {}), {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 8,
    clientMaxWindowBits: 9,
  });
});

Deno.test("checkAnswer() keeps what the client does on its own", PURE, () => {
  const request = { clientNoContextTakeover: true, clientMaxWindowBits: 10 };
  const expected = { ...DEFAULTS, ...request };
  assertEquals(checkAnswer(["permessage-deflate"], request), expected);
});

Deno.test("checkAnswer() refuses what was not offered", PURE, () => {
  const cases: readonly (readonly [string, string])[] = [
    ["x-other", 'the extension "x-other" was not offered'],
    ["permessage-deflate, b", 'the extension "b" was not offered'],
    ["b, permessage-deflate", 'the extension "b" was not offered'],
    ["permessage-deflate, permessage-deflate", "is there twice"],
    ["", "is not valid"],
    ["permessage-deflate; client_max_window_bits", "is not valid"],
    [
      "permessage-deflate; server_max_window_bits=16",
      'the parameter "server_max_window_bits=16" is not valid',
    ],
    [
      "permessage-deflate; foo; foo",
      'a parameter of "permessage-deflate" is there twice',
    ],
  ];
  for (const [value, reason] of cases) {
    assertHeadFailure(() => checkAnswer([value], {}), 400, reason);
  }
  assertThrows(
    () => checkAnswer(["permessage-deflate", "permessage-deflate"], {}),
    HeadFailure,
  );
  for (const parameter of INVALID) {
    const value = `permessage-deflate; ${parameter}`;
    assertThrows(() => checkAnswer([value], {}), HeadFailure);
  }
});

Deno.test("checkAnswer() refuses what is not within the offer", PURE, () => {
  const plain = "permessage-deflate";
  const cases: readonly (readonly [DeflateRequest, string, string])[] = [
    [
      { serverNoContextTakeover: true },
      plain,
      "the server takes over its context, which it was not to",
    ],
    [
      { serverMaxWindowBits: 10 },
      plain,
      "the window has 15 bits, more than the 10 that were asked for",
    ],
    [
      { serverMaxWindowBits: 10 },
      `${plain}; server_max_window_bits=11`,
      "the window has 11 bits, more than the 10 that were asked for",
    ],
    [
      { clientMaxWindowBits: 10 },
      `${plain}; client_max_window_bits=11`,
      "the window has 11 bits, more than the 10 that were asked for",
    ],
  ];
  for (const [request, answer, reason] of cases) {
    assertHeadFailure(() => checkAnswer([answer], request), 400, reason);
  }
});

Deno.test("checkAnswer() takes each answer of chooseOffer()", PURE, () => {
  const bits = fc.option(fc.integer({ min: 8, max: 15 }), { nil: undefined });
  const request = fc.record({
    serverNoContextTakeover: fc.boolean(),
    clientNoContextTakeover: fc.boolean(),
    serverMaxWindowBits: bits,
    clientMaxWindowBits: bits,
  });
  fc.assert(fc.property(request, request, (client, server) => {
    const choice = chooseOffer([formatOffer(client)], server);
    assert(choice !== null);
    const { answer, parameters } = choice;
    assertEquals(checkAnswer([answer], client), parameters);
    for (const limit of [client, server]) {
      const { serverMaxWindowBits = 15, clientMaxWindowBits = 15 } = limit;
      assert(parameters.serverMaxWindowBits <= serverMaxWindowBits);
      assert(parameters.clientMaxWindowBits <= clientMaxWindowBits);
    }
  }));
});
