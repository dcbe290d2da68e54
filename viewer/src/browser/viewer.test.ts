import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, openFile, SCREENS, type Tab } from "../../../scripts/browser/open-tab.js";
import { pageFaults } from "../../../scripts/browser/page-faults.js";
import { tracePage } from "../trace-page.js";

/** A host's trace of so many calls, up to 40 in flight, the last answer given twice. */
function traceOf(calls: number): string {
  const lines: string[] = [];
  const line = (direction: string, frame: object): void =>
    void lines.push(
      JSON.stringify({ at: lines.length / 10, session: "s1", transport: "stdio", direction, frame }),
    );
  for (let id = 1; id <= calls; id++) {
    const method = id % 3 === 0 ? "files.read" : "files.list";
    line("from-sandbox", { jsonrpc: "2.0", id, method, params: { fileId: `</script><b>f${id}` } });
    if (id > 40) line("to-sandbox", { jsonrpc: "2.0", id: id - 40, result: { content: "é" } });
  }
  for (let id = calls - 39; id <= calls; id++) line("to-sandbox", { jsonrpc: "2.0", id, result: null });
  line("to-sandbox", { jsonrpc: "2.0", id: calls, result: null });
  return lines.join("\n");
}

describe("the trace viewer, in a real browser", () => {
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

  /** Opens a page as a file; all that it asks for or complains of is told. */
  const open = async (
    parts: { trace?: string; example?: string },
    options: BrowserContextOptions = {},
  ): Promise<Tab> => {
    const file = join(folder, "trace.html");
    writeFileSync(file, tracePage({ title: "A trace", ...parts }));
    return openFile(browser, file, options);
  };
  const rows = "[role=option]";

  test.each(SCREENS)(
    "has no accessibility fault in %s, asks for nothing and is as wide as the screen",
    async (_, options) => {
      const { page, told } = await open({ trace: traceOf(60) }, options);
      await page.locator(rows).nth(3).click();
      expect(await pageFaults(page)).toEqual([]);
      expect(told).toEqual([]);
      await page.context().close();
    },
  );

  test("scrolls through 100,000 frames with a screenful of elements, and shows the row that is asked for", async () => {
    const { page } = await open({ trace: traceOf(50_000) });
    expect(await page.getByRole("status").textContent()).toContain("100,001 of 100,001 entries");
    for (const share of [0.1, 0.5, 0.93]) {
      await page.evaluate(
        `{ const box = document.querySelector(".rows"); box.scrollTop = box.scrollHeight * ${share}; }`,
      );
      const about = Math.round(100_001 * share);
      await expect
        .poll(async () =>
          Math.abs(Number(await page.locator(rows).first().getAttribute("aria-posinset")) - about),
        )
        .toBeLessThan(60);
      expect(await page.locator(rows).count()).toBeLessThan(120);
    }
    await page.getByRole("listbox").focus();
    await page.keyboard.press("End");
    const last = page.locator(`${rows}[aria-selected=true]`);
    expect(await last.getAttribute("aria-posinset")).toBe("100001");
    await expect.poll(() => last.locator(".fault").textContent()).toBe("call:response:exactly-one");
    await page.context().close();
  });

  test("goes by keyboard from a request to its answer and back, and shows the whole payload", async () => {
    const { page } = await open({ trace: traceOf(60) });
    await page.getByRole("listbox").focus();
    await page.keyboard.press("ArrowDown");
    const chosen = page.locator(`${rows}[aria-selected=true]`);
    expect(await chosen.textContent()).toContain("files.list");
    await page.keyboard.press("Enter");
    expect(await chosen.textContent()).toContain("result");
    expect(await page.locator(".detail pre").textContent()).toContain('"content": "é"');
    await page.keyboard.press("Enter");
    expect(await page.locator(".detail pre").textContent()).toContain("</script><b>f2");
    await page.context().close();
  });

  test("filters by method with the answers, by id and by text, and draws a bar for a call in flight", async () => {
    const { page } = await open({ trace: traceOf(60) });
    const status = page.getByRole("status");
    await page.getByLabel("Method").selectOption("files.read");
    expect(await status.textContent()).toContain("40 of 121 entries");
    await page.getByLabel("Id").fill("3");
    expect(await status.textContent()).toContain("2 of 121 entries");
    expect(await page.locator(".bar.begin").count()).toBe(1);
    expect(await page.locator(".bar.end").count()).toBe(1);
    await page.getByLabel("Text").fill("content");
    expect(await status.textContent()).toContain("1 of 121 entries");
    await page.context().close();
  });

  test("opens a file that is chosen or dropped, and says what is wrong with another", async () => {
    const { page, told } = await open({ example: traceOf(50) });
    const choose = (name: string, text: string): Promise<void> =>
      page
        .getByLabel("Open a trace")
        .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await choose("notes.txt", "hello");
    await expect
      .poll(() => page.getByRole("alert").textContent())
      .toContain("notes.txt can't be shown: this is neither");
    await choose("trace.jsonl", traceOf(70));
    await expect.poll(() => page.getByRole("status").textContent()).toContain("141 of 141 entries");
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.getByRole("button", { name: "Open the example" }).click();
    await expect.poll(() => page.getByRole("status").textContent()).toContain("101 of 101 entries");
    await page.evaluate(`{
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(traceOf(45))}], "dropped.jsonl"));
      document.querySelector("[data-trace-viewer]").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
    }`);
    await expect.poll(() => page.getByRole("status").textContent()).toContain("91 of 91 entries");
    expect(told).toEqual([]);
    await page.context().close();
  });

  test("leads from fault to fault", async () => {
    const { page } = await open({ trace: traceOf(60) });
    await page.getByRole("button", { name: "Next fault" }).click();
    expect(await page.locator(".detail .fault").textContent()).toContain("call:response:exactly-one");
    await page.context().close();
  });
});
