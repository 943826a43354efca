import { assertEquals } from "@std/assert";
import {
  formatDuration,
  formatFigure,
  formatRatio,
  formatSpread,
} from "../../bench/_peers/format.ts";

const permissions = "none";

Deno.test("formatFigure() gives three digits and a letter", {
  permissions,
}, () => {
  const rates = [12.34, 999.4, 999.6, 1234, 99_960, 999_499, 999_500, 2.17e7];
  assertEquals(
    rates.map((rate) => formatFigure(rate, "packets/s")),
    [
      "12.3",
      "999",
      "1.00 k",
      "1.23 k",
      "100 k",
      "999 k",
      "1.00 M",
      "21.7 M",
    ],
  );
});

Deno.test("formatFigure() gives microseconds without a letter", {
  permissions,
}, () => {
  assertEquals(formatFigure(1920, "µs"), "1920");
  assertEquals(formatFigure(22.25, "µs"), "22.3");
});

Deno.test("formatSpread() gives both ends in the unit of the greater one", {
  permissions,
}, () => {
  const spread = { min: 950_000, median: 1e6, max: 1_200_000 };
  assertEquals(formatSpread(spread, "packets/s"), "0.95–1.20 M");
  assertEquals(formatSpread({ min: 5, median: 6, max: 70 }, "µs"), "5.00–70.0");
});

Deno.test("formatRatio() keeps two digits when the ratio is small", {
  permissions,
}, () => {
  const ratios = [0.0123, 0.5, 1, 9.999, 131.4];
  assertEquals(
    ratios.map(formatRatio),
    ["0.012", "0.50", "1.00", "10.0", "131"],
  );
});

Deno.test("formatRatio() gives a dash when there is no ratio", {
  permissions,
}, () => {
  assertEquals(formatRatio(null), "–");
});

Deno.test("formatDuration() gives minutes when there are some", {
  permissions,
}, () => {
  assertEquals(formatDuration(400), "0 s");
  assertEquals(formatDuration(59_400), "59 s");
  assertEquals(formatDuration(59_600), "1 min 0 s");
  assertEquals(formatDuration(80_000), "1 min 20 s");
});
