import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { ensureInstalled } from "../services/install.js";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** What pages are looked at with: a desk's screen and a phone's, light and dark. */
export const SCREENS: readonly (readonly [name: string, options: BrowserContextOptions])[] = (
  ["light", "dark"] as const
).flatMap((colorScheme) => [
  [`desktop, ${colorScheme}`, { viewport: { width: 1280, height: 900 }, colorScheme }] as const,
  [`phone, ${colorScheme}`, { viewport: { width: 360, height: 740 }, hasTouch: true, colorScheme }] as const,
]);

/** Debian's Chromium, installed when missing; another one by `SANDPIPE_TEST_CHROMIUM`. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env["SANDPIPE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
  ensureInstalled(executablePath, "chromium");
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A tab of its own, and everything that its pages complain of, or ask for from elsewhere. Closed with its context. */
export interface Tab {
  readonly page: Page;
  readonly told: readonly string[];
}

/**
 * Opens a tab for pages that are files.
 *
 * @param within The file, or the folder, that holds all a page may ask for.
 */
export async function openTab(
  browser: Browser,
  within: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const page = await (await browser.newContext(options)).newPage();
  const told: string[] = [];
  const own = pathToFileURL(within).href;
  const mayAsk = (url: string): boolean =>
    /^(?:data|blob):/.test(url) || url.split("#")[0] === own || url.startsWith(`${own}/`);
  page.on("request", (request) => mayAsk(request.url()) || told.push(request.url()));
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(error.message));
  page.on("dialog", (dialog) => told.push(`dialog: ${dialog.message()}`));
  return { page, told };
}

/** Opens a page that is one file, and holds all that it needs. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
  hash = "",
): Promise<Tab> {
  const tab = await openTab(browser, file, options);
  await tab.page.goto(pathToFileURL(file).href + hash);
  return tab;
}
