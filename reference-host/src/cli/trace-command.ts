import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readTrace, tracePage } from "@sandpipe/viewer";
import { CommandError } from "./command-error.js";

/** Where the page was written, or undefined where help was asked for. Throws CommandError. */
export async function traceCommand(args: readonly string[]): Promise<string | undefined> {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [path, extra] = positionals;
  if (path === undefined || extra !== undefined)
    throw new CommandError(
      "trace takes one file, which run or serve wrote with --trace: see sandpipe-host trace --help",
    );
  const text = read(path);
  const page = values.to ?? `${path}.html`;
  try {
    // What scripts sent is for its owner's eyes only, as the trace is.
    writeFileSync(page, tracePage({ title: `Trace ${basename(path)}`, trace: text }), { mode: 0o600 });
  } catch (error) {
    throw new CommandError(`The page ${page} can't be written: ${(error as Error).message}`);
  }
  if (values.open) await openInBrowser(resolve(page));
  return page;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { to: { type: "string" }, open: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    const [sentence] = (error as Error).message.split(". ");
    throw new CommandError(`${sentence}: see sandpipe-host trace --help`);
  }
}

function read(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    readTrace(text);
    return text;
  } catch (error) {
    throw new CommandError(`${path} can't be shown: ${(error as Error).message}`);
  }
}

/** Hands a page to the desktop's own opener. Throws CommandError where there is none. */
async function openInBrowser(page: string): Promise<void> {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [page], { stdio: "ignore", detached: true });
  await new Promise<void>((done, fail) => {
    child.on("spawn", done);
    child.on("error", () =>
      fail(new CommandError(`There is no ${opener} here: open ${page} in a browser yourself`)),
    );
  });
  child.unref();
}
