/**
 * Opens pages in Chromium, by playwright-core, until each has an element `result`
 * with text. It prints the texts as JSON.
 *
 * Usage: node _web_socket_browser.mjs MODULE SCREENSHOT URL...
 *
 * MODULE is where playwright-core is. SCREENSHOT is the path of a PNG file that
 * gets a picture of the last page.
 */
import { existsSync } from "node:fs";
import process from "node:process";

const [module, screenshot, ...urls] = process.argv.slice(2);
const { chromium } = await import(module);

// Ubuntu has no package of Chromium, but many of its machines have Chrome.
const executables = ["/usr/bin/chromium", "/usr/bin/google-chrome"];
const browser = await chromium.launch({
  executablePath: executables.find((path) => existsSync(path)),
  // It looks for nobody but the server of the test.
  args: ["--disable-gpu", "--disable-quic", "--disable-sync"],
});
try {
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  const results = [];
  for (const url of urls) {
    await page.goto(url);
    const result = page.locator("#result:not(:empty)");
    results.push(await result.textContent());
  }
  await page.screenshot({ path: screenshot });
  process.stdout.write(JSON.stringify(results));
} finally {
  await browser.close();
}
