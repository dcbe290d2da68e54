import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureInstalled } from "../../scripts/services/install.js";
import { vectorData } from "../../scripts/vector-data.js";
import { playgroundPage } from "./playground-page.js";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];
const STREAM = 'print\n\\x1e{"jsonrpc":"2.0","id":"é","method":"files.list"}\n\\x1enope\n';

describe("the playground, in a real browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    const executablePath = process.env["SANDPIPE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
    ensureInstalled(executablePath, "chromium");
    browser = await chromium.launch({ executablePath, args: FLAGS });
    const page = {
      vectors: vectorData(),
      requirements: { "frame:violation:not-json": "../frame.html#not-json" },
      head: "<h1>Playground</h1>",
    };
    writeFileSync(join(folder, "index.html"), playgroundPage(page));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the page as a file; all that it asks for or complains of is told. */
  const open = async (
    hash = "",
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; told: string[] }> => {
    const page = await (await browser.newContext(options)).newPage();
    const told: string[] = [];
    const url = pathToFileURL(join(folder, "index.html")).href;
    page.on("request", (request) => request.url().split("#")[0] !== url && told.push(request.url()));
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(error.message));
    await page.goto(url + hash);
    return { page, told };
  };
  const kinds = (page: Page): Promise<string[]> =>
    page.locator(".steps li").evaluateAll((items) => items.map(({ className }) => className));

  test.each<[string, BrowserContextOptions]>([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["a phone", { viewport: { width: 360, height: 740 }, hasTouch: true }],
  ])(
    "has no accessibility fault in %s, asks for nothing and is as wide as the screen",
    async (_, options) => {
      const { page, told } = await open("", options);
      await page.locator("textarea").fill(STREAM);
      const session = await page.context().newCDPSession(page);
      await session.send("Runtime.evaluate", { expression: axe.source });
      const run =
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).slice(0, 3).join(' '))))";
      const { result } = await session.send("Runtime.evaluate", { expression: run, awaitPromise: true });
      expect(JSON.parse(String(result.value))).toEqual([]);
      const [wide, screen] = await page.evaluate<[number, number]>(
        "[document.documentElement.scrollWidth, innerWidth]",
      );
      expect(wide).toBeLessThanOrEqual(screen);
      expect(told).toEqual([]);
      await page.context().close();
    },
  );

  test("decodes while one types, and names the requirement that is broken", async () => {
    const { page } = await open();
    await page.locator("textarea").fill(STREAM);
    expect(await kinds(page)).toEqual(["output", "frame", "violation", "answer", "output"]);
    const cited = page.getByRole("link", { name: "frame:violation:not-json" });
    expect(await cited.first().getAttribute("href")).toBe("../frame.html#not-json");
    await page.locator("textarea").press("End");
    await page.locator("textarea").fill(`${STREAM}\\q`);
    expect(await page.getByRole("alert").textContent()).toContain("a backslash stands before");
    await page.context().close();
  });

  test("comes to the same wherever the bytes are cut: by a click, by a list of places, everywhere", async () => {
    const { page } = await open();
    await page.locator("textarea").fill(STREAM);
    const before = await kinds(page);
    await page.locator(".strip [data-at='8']").click();
    expect(await page.getByLabel("Cut at bytes").inputValue()).toBe("8");
    expect(await page.locator(".strip .cut").count()).toBe(1);
    // Inside the two bytes of é, which are then shown apart.
    const inside = STREAM.indexOf("é") - 3 + 1;
    await page.getByLabel("Cut at bytes").fill(`3, ${inside}`);
    expect(await page.locator(".strip i").allTextContents()).toEqual(["c3", "a9"]);
    await page.getByRole("button", { name: "Everywhere" }).click();
    expect(await kinds(page)).toEqual(before);
    await expect.poll(() => page.locator(".steps .passed").first().textContent()).toContain("the same whole");
    await page.context().close();
  });

  test("shows every vector with one choice, and one that is named in the address", async () => {
    const { page, told } = await open("#0%2Flines%3Aone-request");
    const names = await page
      .locator("[name=vector] option")
      .evaluateAll((all) => all.map((one) => one.getAttribute("value") ?? ""));
    expect(names.length - 1).toBe(vectorData().length);
    for (const name of names.slice(1)) {
      await page.locator("[name=vector]").selectOption(name);
      const shown = page.locator(".steps .passed, .problem:not([hidden])").first();
      expect(await shown.textContent(), name).toMatch(/the same whole|the page takes/);
    }
    expect(told).toEqual([]);
    const [first] = names.slice(-1);
    const { page: named } = await open(`#${encodeURIComponent(first ?? "")}`);
    expect(await named.locator("[name=vector]").inputValue()).toBe(first);
    await named.context().close();
    await page.context().close();
  });

  test("writes the same bytes as base64 and hex, and reads them back", async () => {
    const { page } = await open();
    await page.locator("textarea").fill(STREAM);
    const before = await kinds(page);
    for (const notation of ["base64", "hex", "text"]) {
      await page.locator("[name=notation]").selectOption(notation);
      await page.locator("textarea").fill(await page.locator("textarea").inputValue());
      expect(await kinds(page)).toEqual(before);
    }
    await page.context().close();
  });
});
