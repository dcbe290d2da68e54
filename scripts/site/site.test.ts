import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureInstalled } from "../services/install.js";
import { serveFolder } from "./serve-folder.js";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];
const SCREENS: readonly (readonly [string, BrowserContextOptions])[] = [
  ["desktop, light", { viewport: { width: 1280, height: 900 }, colorScheme: "light" }],
  ["desktop, dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
  ["phone, light", { viewport: { width: 390, height: 800 }, colorScheme: "light" }],
  ["phone, dark", { viewport: { width: 390, height: 800 }, colorScheme: "dark" }],
];
/** One of each kind of page is opened on every screen; the others are made alike, and one of so many is opened on one. */
const ALIKE = 4;
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
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".html"),
  );
  const symbols = all.filter((path) => path.startsWith("api/")).filter((_, index) => index % SYMBOLS === 0);
  pages = [...all.filter((path) => !path.startsWith("api/")), ...symbols];
  const executablePath = process.env["SANDPIPE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
  ensureInstalled(executablePath, "chromium");
  browser = await chromium.launch({ executablePath, args: FLAGS });
}, 600_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Opens pages in one tab; what they complain of or ask of others is told. */
async function opener(options: BrowserContextOptions): Promise<{ page: Page; told: string[] }> {
  const page = await (await browser.newContext(options)).newPage();
  const told: string[] = [];
  page.on("request", (request) => /^(?:file|data|blob):/.test(request.url()) || told.push(request.url()));
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(error.message));
  await page.addInitScript({ content: axe.source });
  return { page, told };
}

describe("the site, opened as files in a real browser", () => {
  test.each(SCREENS.map(([name, options]) => ({ name, options })))(
    "pages are quiet, fit and have no fault that axe knows: $name",
    async ({ name, options }) => {
      const { page, told } = await opener(options);
      const faults: string[] = [];
      const own = SCREENS.findIndex(([one]) => one === name);
      const opened = pages.filter(
        (path, index) =>
          KINDS.includes(path.replace(".html", "")) || index % (SCREENS.length * ALIKE) === own,
      );
      for (const path of opened) {
        await page.goto(pathToFileURL(join(folder, path)).href);
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: typeof axe }).axe.run(),
        );
        faults.push(
          ...violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes[0]?.html.slice(0, 200) ?? ""}`),
        );
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (wider > 0) faults.push(`${path}: ${wider} pixels wider than the screen`);
      }
      await page.context().close();
      expect([...faults, ...told]).toEqual([]);
    },
    600_000,
  );

  test("the search finds a requirement, and its page opens by keyboard alone", async () => {
    const { page, told } = await opener({ viewport: { width: 1280, height: 900 } });
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
    const { page } = await opener({});
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
