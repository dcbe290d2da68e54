import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { playgroundPage } from "@sandpipe/playground";
import { tracePage } from "@sandpipe/viewer";
import { vectorData } from "./vector-data.js";

const ROOT = resolve(import.meta.dirname, "..");

/** Where the two pages link to. */
export interface ToolLinks {
  /** The site's first page, as seen from a tool's folder. */
  readonly home: string;
  /** The other parts of the site, likewise. */
  readonly parts: readonly { readonly label: string; readonly href: string }[];
  /** By id: the requirements' places, likewise. */
  readonly requirements: Readonly<Record<string, string>>;
}

/** Writes the playground and the trace viewer as pages of a site: `playground/index.html` and `trace/index.html`. */
export function writeTools(site: string, { home, parts, requirements }: ToolLinks): void {
  const links = [{ label: "<strong>Sandpipe</strong>", href: home }, ...parts].map(
    ({ label, href }) => `<a href="${href}">${label}</a>`,
  );
  const bar = `<nav aria-label="Parts of the site" style="display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;margin-bottom:1.5rem">${links.join("")}</nav>`;
  const head = (title: string, words: string): string =>
    `${bar}\n<h1>${title}</h1>\n<p class="muted">${words}</p>`;
  write(
    join(site, "playground"),
    playgroundPage({
      vectors: vectorData(),
      requirements,
      head: head(
        "Playground",
        "Bytes, decoded as you type by the kit's own decoder and validators. Nothing leaves this page.",
      ),
    }),
  );
  write(
    join(site, "trace"),
    tracePage({
      title: "Trace viewer",
      example: recordExample(),
      head: head(
        "Trace viewer",
        "Opens what <code>sandpipe-host run --trace FILE</code> wrote, a failing session that the kit saved in " +
          "<code>.sandpipe/failures</code>, or a report of the kit as NDJSON.",
      ),
    }),
  );
}

function write(folder: string, page: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.html"), page);
}

/** The frames of a real analysis, recorded now. */
export function recordExample(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-example-"));
  try {
    const trace = join(folder, "trace.jsonl");
    const data = ["flights-20k.json", "airports.csv"].flatMap((name) => [
      "--import",
      join(ROOT, "node_modules/vega-datasets/data", name),
    ]);
    const host = join(ROOT, "reference-host/bin/sandpipe-host.mjs");
    const analysis = join(ROOT, "examples/flight-delays.ts");
    const { status, stderr } = spawnSync(
      process.execPath,
      [host, "run", analysis, ...data, "--trace", trace, "--isolation", "none"],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`The example's trace can't be recorded: ${stderr}`);
    return readFileSync(trace, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
