import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ArgumentError } from "../../../errors/argument_error.ts";
import {
  type CompressionSettings,
  toCompressionSettings,
} from "../../../sockets/web_socket/_compression_settings.ts";

const PURE = { permissions: "none" } as const;

const DEFAULTS: CompressionSettings = {
  level: 6,
  threshold: 1024,
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
  maxInflatedSize: 16_777_216,
};
/** The numbers, and from where to where they go. */
const RANGES = {
  level: [0, 9],
  threshold: [0, Number.MAX_SAFE_INTEGER],
  serverMaxWindowBits: [9, 15],
  clientMaxWindowBits: [9, 15],
  maxInflatedSize: [1, Number.MAX_SAFE_INTEGER],
} as const;
const FLAGS = ["serverNoContextTakeover", "clientNoContextTakeover"] as const;

/** Gives a property any value, as a program without types may. */
function setProperty(property: string, value: unknown): unknown {
  return toCompressionSettings({ [property]: value });
}

Deno.test(
  "toCompressionSettings() gives null when there is to be no compression",
  PURE,
  () => {
    for (const value of [false, null, undefined]) {
      assertEquals(toCompressionSettings(value), null);
    }
  },
);

Deno.test(
  "toCompressionSettings() gives the defaults when nothing is chosen",
  PURE,
  () => {
    assertEquals(toCompressionSettings(true), DEFAULTS);
    assertEquals(toCompressionSettings({}), DEFAULTS);
    for (const property of Object.keys(DEFAULTS)) {
      assertEquals(setProperty(property, undefined), DEFAULTS);
    }
  },
);

Deno.test(
  "toCompressionSettings() gives what is chosen, and defaults for the rest",
  PURE,
  () => {
    const options = fc.record({
      level: fc.integer({ min: 0, max: 9 }),
      threshold: fc.maxSafeNat(),
      serverNoContextTakeover: fc.boolean(),
      clientNoContextTakeover: fc.boolean(),
      serverMaxWindowBits: fc.integer({ min: 9, max: 15 }),
      clientMaxWindowBits: fc.integer({ min: 9, max: 15 }),
      maxInflatedSize: fc.maxSafeNat().filter((size) => size > 0),
    }, { requiredKeys: [] });
    fc.assert(fc.property(options, (options) => {
      assertEquals(toCompressionSettings(options), { ...DEFAULTS, ...options });
    }));
  },
);

Deno.test(
  "toCompressionSettings() gives settings that nobody else changes",
  PURE,
  () => {
    const options = { level: 1, other: 2 };
    const settings = toCompressionSettings(options);
    options.level = 3;

    assertEquals(settings, { ...DEFAULTS, level: 1 });
  },
);

Deno.test(
  "toCompressionSettings() takes the ends of each range and nothing beyond",
  PURE,
  () => {
    for (const [property, [minimum, maximum]] of Object.entries(RANGES)) {
      for (const value of [minimum, maximum]) {
        assertEquals(setProperty(property, value), {
          ...DEFAULTS,
          [property]: value,
        });
      }
      for (const value of [minimum - 1, maximum + 1, 9.5, NaN, Infinity]) {
        assertThrows(
          () => setProperty(property, value),
          ArgumentError,
          `Cannot set compression.${property} to ${value}: it must be a whole number from ${minimum} to ${maximum}`,
        );
      }
    }
  },
);

Deno.test("toCompressionSettings() refuses what is no number", PURE, () => {
  const values = [null, "9", 9n, true, [9], { valueOf: () => 9 }, Symbol("9")];
  for (const property of Object.keys(RANGES)) {
    for (const value of values) {
      assertThrows(
        () => setProperty(property, value),
        ArgumentError,
        `Cannot set compression.${property} to `,
      );
    }
  }
  assertThrows(
    () => setProperty("level", "9"),
    ArgumentError,
    'Cannot set compression.level to "9": it must be a whole number from 0 to 9',
  );
});

Deno.test("toCompressionSettings() refuses what is no boolean", PURE, () => {
  for (const property of FLAGS) {
    for (const [value, text] of [[null, "null"], [1, "1"], ["", '""']]) {
      assertThrows(
        () => setProperty(property, value),
        ArgumentError,
        `Cannot set compression.${property} to ${text}: it must be a boolean`,
      );
    }
  }
});

Deno.test("toCompressionSettings() refuses what holds no options", PURE, () => {
  for (
    const [value, text] of [["x", '"x"'], [1, "1"], [() => {}, "a function"]]
  ) {
    assertThrows(
      () => Reflect.apply(toCompressionSettings, null, [value]),
      ArgumentError,
      `Cannot set compression to ${text}: it must be a boolean, or an object of options`,
    );
  }
});
