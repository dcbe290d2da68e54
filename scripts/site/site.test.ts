import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, openTab, SCREENS } from "../browser/open-tab.js";
import { pageFaults } from "../browser/page-faults.js";
import { serveFolder } from "./serve-folder.js";

/** One of each kind of page is opened on every screen; the others are made alike, and one of so many is opened on one. */
const ALIKE = 8;
const KINDS = [
  "index",
  "v1/index",
  "v1/session",
  "v1/requirements/flow",
  "kit/index",
  "modules",
  "api/spec/v1",
];
/** Of the symbols' pages one in so many is opened. */
const SYMBOLS = 60;

const folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
let browser: Browser;
let pages: string[];

beforeAll(async () => {
  execFileSync("npx", ["--no-install", "tsx", "scripts/build-site.ts", folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".html"))
    .sort();
  const symbols = all.filter((path) => path.startsWith("api/")).filter((_, index) => index % SYMBOLS === 0);
  pages = [...all.filter((path) => !path.startsWith("api/")), ...symbols];
  browser = await launchChromium();
}, 600_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

describe("the site, opened as files in a real browser", () => {
  test.each(SCREENS)(
    "pages are quiet, fit and have no fault that axe knows: %s",
    async (name, options) => {
      const { page, told } = await openTab(browser, folder, options);
      const faults: string[] = [];
      const own = SCREENS.findIndex(([one]) => one === name);
      const opened = pages.filter(
        (path, index) =>
          KINDS.includes(path.replace(".html", "")) || index % (SCREENS.length * ALIKE) === own,
      );
      for (const path of opened) {
        await page.goto(pathToFileURL(join(folder, path)).href);
        faults.push(...(await pageFaults(page)).map((fault) => `${path}: ${fault}`));
      }
      await page.context().close();
      expect([...faults, ...told]).toEqual([]);
    },
    600_000,
  );

  test("the search finds a requirement, and its page opens by keyboard alone", async () => {
    const { page, told } = await openTab(browser, folder);
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    await page.getByRole("button", { name: "Search" }).click();
    await page.keyboard.type("Frames");
    await page
      .getByRole("option", { name: /Frames/ })
      .first()
      .waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/requirements\/frame\.html/);
    expect(told).toEqual([]);
    await page.context().close();
  });

  test("the first stop of the keyboard leads past the navigation", async () => {
    const { page } = await openTab(browser, folder);
    await page.goto(pathToFileURL(join(folder, "v1/framing.html")).href);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    await page.context().close();
  });
});

test("the site stays below 10 MB", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
    statSync(join(folder, path)),
  );
  const bytes = files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThan(10_000_000);
});

test("the site is served as it lies there, and nothing beside it", async () => {
  const { server, url } = await serveFolder(folder);
  const page = await fetch(`${url}v1/framing.html`);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(await page.text()).toContain("Framing");
  expect((await fetch(`${url}..%2f..%2fetc/passwd`)).status).toBe(404);
  expect((await fetch(`${url}none.html`)).status).toBe(404);
  server.close();
  await expect(serveFolder(resolve("scripts"))).rejects.toThrow("npm run docs");
});
