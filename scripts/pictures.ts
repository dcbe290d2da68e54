/** Writes docs/pictures/: the kit's HTML report of a host with a real fault, and a real run's trace, as Chromium shows them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tracePage } from "@sandpipe/viewer";
import { launchChromium } from "./browser/open-tab.js";
import { recordExample } from "./write-tools.js";

const KIT = "conformance/bin/sandpipe.mjs";

const folder = mkdtempSync(join(tmpdir(), "sandpipe-picture-"));
const browser = await launchChromium();
try {
  const report = join(folder, "report.html");
  const options = ["--only", "frame:*:*", "--seed", "7", "--save", "none", "--report", report];
  const subject = ["node", KIT, "self", "host", "--fault", "parses-each-chunk"];
  const { status } = spawnSync(process.execPath, [KIT, "test", "host", ...options, "--", ...subject], {
    stdio: "ignore",
  });
  if (status !== 1)
    throw new Error(`the faulty host should have been caught; the kit's exit was ${String(status)}`);
  const trace = join(folder, "trace.html");
  writeFileSync(trace, tracePage({ title: "Trace frames.jsonl", trace: recordExample() }));

  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: "docs/pictures/report.png" });
  await page.setViewportSize({ width: 1100, height: 760 });
  await page.goto(pathToFileURL(trace).href);
  await page.locator("[role=option]").nth(4).click();
  await page.evaluate("scrollTo(0, 0)");
  await page.screenshot({ path: "docs/pictures/trace.png" });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
