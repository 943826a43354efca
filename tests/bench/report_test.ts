import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { escapeHtml, formatReport } from "../../bench/_peers/report.ts";
import { createRun } from "./_run.ts";

const permissions = "none";

Deno.test("escapeHtml() leaves no character that HTML has a use for", {
  permissions,
}, () => {
  assertEquals(
    escapeHtml(`<a href="x">&'</a>`),
    "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;",
  );
  fc.assert(
    fc.property(fc.string(), (text) => !/[<>"']/.test(escapeHtml(text))),
  );
});

Deno.test("formatReport() needs nothing from elsewhere", {
  permissions,
}, () => {
  const report = formatReport(createRun());
  assert(
    !/<(script|link|img|iframe)|\b(src|href)=|url\(|@import/i.test(report),
  );
  assertStringIncludes(report, '<meta name="viewport"');
  assertStringIncludes(report, "prefers-color-scheme: dark");
});

Deno.test("formatReport() escapes what peers say", { permissions }, () => {
  const report = formatReport(createRun());
  assertStringIncludes(report, "failed: &lt;gone&gt; &amp; away");
  assertStringIncludes(report, "<dd>cc &lt;12&gt;</dd>");
  assert(!report.includes("<gone>"));
});

Deno.test("formatReport() draws bars as shares of the greatest value", {
  permissions,
}, () => {
  const report = formatReport(createRun());
  assertEquals(
    [...report.matchAll(/class="bar" width="([^"]+)"/g)].map(([, width]) =>
      width
    ),
    ["80.00%", "60.00%"],
  );
  assertEquals(
    [...report.matchAll(/class="spread" x1="(.+?)" x2="(.+?)"/g)]
      .map(([, ...ends]) => ends),
    [["78.00%", "100.00%"], ["56.00%", "64.00%"]],
  );
  assertEquals(
    [...report.matchAll(/class="mark" x1="(.+?)"/g)].map(([, x]) => x),
    ["80.00%", "80.00%"],
  );
});

Deno.test("formatReport() writes the numbers beside the bars", {
  permissions,
}, () => {
  const report = formatReport(createRun());
  assertStringIncludes(report, "<b>15.0 M</b> <span>14.0–16.0 M</span>");
  assertStringIncludes(report, "<span>0.75&nbsp;× C</span>");
  assertStringIncludes(report, "not measured: `node` was not found");
});
