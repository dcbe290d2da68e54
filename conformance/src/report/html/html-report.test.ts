import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROWS } from "../../runner/roles.js";
import { gridOf } from "../grid.js";
import { reportForTest, resultForTest } from "../report-for-test.js";
import { htmlGrid } from "./html-grid.js";
import { htmlReport } from "./html-report.js";
import { launchChromium, openFile, SCREENS, type Tab } from "../../../../scripts/browser/open-tab.js";
import { pageFaults } from "../../../../scripts/browser/page-faults.js";

const AREAS = ["session", "call", "frame"];
const MANY = AREAS.flatMap((area) =>
  Array.from({ length: 12 }, (_, n) => resultForTest(`${area}:generated:x${n}`, "pass")),
);

describe("the report page, in a real browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const report = reportForTest();
  const pages: Readonly<Record<string, string>> = {
    report: htmlReport(report, ROWS[1]),
    green: htmlReport(
      reportForTest({ checks: MANY, verdict: "conforms", complaints: [], staleExpectations: [] }),
      ROWS[1],
    ),
    grid: htmlGrid(gridOf([report, { ...report, checks: MANY }], ROWS[1])),
  };

  /** Opens a page as a file; everything it asks for or complains of is told. */
  const open = async (name: string, options: BrowserContextOptions = {}): Promise<Tab> => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, pages[name] ?? "");
    return openFile(browser, file, options);
  };

  test.each(
    SCREENS.flatMap(([look, options]) => Object.keys(pages).map((name) => [name, look, options] as const)),
  )(
    "%s in %s has no accessibility fault, asks for nothing and is as wide as the screen",
    async (name, _, options) => {
      const { page, told } = await open(name, options);
      for (const details of await page.locator("details").all())
        await details.evaluate((one) => one.setAttribute("open", ""));
      expect(await pageFaults(page)).toEqual([]);
      expect(told).toEqual([]);
      await page.context().close();
    },
  );

  test("searches by keyboard alone, and says how many are shown", async () => {
    const { page } = await open("report");
    await page.keyboard.press("/");
    await page.keyboard.type("echo-type carries");
    await expect.poll(() => page.locator("tbody tr:visible").count()).toBe(1);
    expect(await page.getByRole("status").textContent()).toBe("1 of 9 shown");
    expect(await page.locator("article:visible").count()).toBe(1);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("tbody tr:visible").count()).toBe(9);
    await page.context().close();
  });

  test("filters by verdict, and a link to what is filtered away still leads there", async () => {
    const { page } = await open("report");
    await page.getByRole("checkbox", { name: "passed" }).focus();
    await page.keyboard.press("Space");
    await expect.poll(() => page.locator("tbody tr:visible").count()).toBe(8);
    await page.getByRole("link", { name: "session:open:answered: pass" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("tbody tr:visible").count()).toBe(9);
    await page.context().close();
  });

  test("draws a failing session with visible control characters, and copies its replay line", async () => {
    const { page } = await open("report", { permissions: ["clipboard-read", "clipboard-write"] });
    const diagram = page.locator("article .trace").first();
    expect(await diagram.locator("span.control").first().textContent()).toBe("RS");
    expect(await diagram.locator("span.write").count()).toBe(2);
    expect(await diagram.locator(".arrow").count()).toBe(5);
    expect(await diagram.locator(".row.marked").count()).toBe(1);
    await page.getByRole("button", { name: "Copy the replay line of call:id:echo-type" }).click();
    await expect
      .poll(() => page.evaluate("navigator.clipboard.readText()"))
      .toBe("npx sandpipe replay 0.1.0/call:id:echo-type/7/0/0 -- './my host' --flag");
    await page.context().close();
  });

  test("says everything without its script", async () => {
    const { page } = await open("report", { javaScriptEnabled: false });
    expect(await page.locator("tbody tr:visible").count()).toBe(9);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("DOES NOT CONFORM");
    await page.context().close();
  });
});
