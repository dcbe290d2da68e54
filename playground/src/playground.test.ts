import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, openFile, SCREENS, type Tab } from "../../scripts/browser/open-tab.js";
import { pageFaults } from "../../scripts/browser/page-faults.js";
import { vectorData } from "../../scripts/vector-data.js";
import { playgroundPage } from "./playground-page.js";

const STREAM = 'print\n\\x1e{"jsonrpc":"2.0","id":"é","method":"files.list"}\n\\x1enope\n';

describe("the playground, in a real browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    browser = await launchChromium();
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
  const open = async (hash = "", options: BrowserContextOptions = {}): Promise<Tab> =>
    openFile(browser, join(folder, "index.html"), options, hash);
  const kinds = (page: Page): Promise<string[]> =>
    page.locator(".steps li").evaluateAll((items) => items.map(({ className }) => className));

  test.each(SCREENS)(
    "has no accessibility fault in %s, asks for nothing and is as wide as the screen",
    async (_, options) => {
      const { page, told } = await open("", options);
      await page.locator("textarea").fill(STREAM);
      expect(await pageFaults(page)).toEqual([]);
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
