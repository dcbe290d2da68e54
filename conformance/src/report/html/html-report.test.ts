import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROWS } from "../../runner/roles.js";
import { gridOf } from "../grid.js";
import { reportForTest, resultForTest } from "../report-for-test.js";
import { htmlGrid } from "./html-grid.js";
import { htmlReport } from "./html-report.js";
import { ensureInstalled } from "../../../../scripts/services/install.js";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];
const AREAS = ["session", "call", "frame"];
const MANY = AREAS.flatMap((area) =>
  Array.from({ length: 12 }, (_, n) => resultForTest(`${area}:generated:x${n}`, "pass")),
);

describe("the report page, in a real browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    const executablePath = process.env["SANDPIPE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
    ensureInstalled(executablePath, "chromium");
    browser = await chromium.launch({ executablePath, args: FLAGS });
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
  const open = async (
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; told: string[] }> => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, pages[name] ?? "");
    const page = await (await browser.newContext(options)).newPage();
    const told: string[] = [];
    const url = pathToFileURL(file).href;
    page.on("request", (request) => request.url().split("#")[0] !== url && told.push(request.url()));
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(error.message));
    page.on("dialog", (dialog) => told.push(`dialog: ${dialog.message()}`));
    await page.goto(url);
    return { page, told };
  };

  const LOOKS: readonly (readonly [look: string, options: BrowserContextOptions])[] = [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["a phone", { viewport: { width: 360, height: 740 }, hasTouch: true }],
  ];

  test.each(
    LOOKS.flatMap(([look, options]) => Object.keys(pages).map((name) => [name, look, options] as const)),
  )(
    "%s in %s has no accessibility fault, asks for nothing and is as wide as the screen",
    async (name, _, options) => {
      const { page, told } = await open(name, options);
      for (const details of await page.locator("details").all())
        await details.evaluate((one) => one.setAttribute("open", ""));
      // The page's own policy forbids added scripts, so axe comes past it.
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
