/** Writes docs/pictures/report.png: the kit's HTML report of a host with a real fault, as Chromium shows it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { ensureInstalled } from "./services/install.js";

const executablePath = process.env["SANDPIPE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
ensureInstalled(executablePath, "chromium");
const folder = mkdtempSync(join(tmpdir(), "sandpipe-picture-"));
const report = join(folder, "report.html");
const kit = "conformance/bin/sandpipe.mjs";
const options = ["--only", "frame:*:*", "--seed", "7", "--save", "none", "--report", report];
const subject = ["node", kit, "self", "host", "--fault", "parses-each-chunk"];
const { status } = spawnSync(process.execPath, [kit, "test", "host", ...options, "--", ...subject], {
  stdio: "ignore",
});
if (status !== 1)
  throw new Error(`the faulty host should have been caught; the kit's exit was ${String(status)}`);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
await page.goto(pathToFileURL(report).href);
await page.screenshot({ path: "docs/pictures/report.png" });
await browser.close();
rmSync(folder, { recursive: true });
