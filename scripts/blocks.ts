import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A fenced block of a page, with what stands behind its language: `run`, `file=NAME`. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly run: boolean;
  /** The file that it is, in the reader's folder. */
  readonly file?: string;
  /** It is a file of this project, which has tests of its own. */
  readonly included: boolean;
  readonly text: string;
}

/** A block that is not run, and why; `starts` is how its first line begins. */
export interface NotRun {
  readonly page: string;
  readonly starts: string;
  readonly why: string;
}

const FENCE = /(<!-- include \S+ -->\n\n)?^( *)```(\w+)([^\n]*)\n([^]*?)^ *```$/gm;
const RUNNABLE = new Set(["sh", "bash", "ts", "js", "python", "go", "rust"]);

/** The fenced blocks of a page, in their order. */
export function readBlocks(page: string, text = readFileSync(page, "utf8")): Block[] {
  return [...text.matchAll(FENCE)].map((match): Block => {
    const [, include, margin = "", language = "", info = "", body = ""] = match;
    const file = /(?<= )file=(\S+)/.exec(info)?.[1];
    return {
      page,
      line: text.slice(0, match.index).split("\n").length,
      language,
      run: / run\b/.test(info),
      ...(file !== undefined && { file }),
      included: include !== undefined,
      text: body.replaceAll(new RegExp(`^${margin}`, "gm"), ""),
    };
  });
}

/** Blocks that could be run, but are neither run nor listed; and entries of the list that no block answers to. */
export function unlisted(blocks: readonly Block[], list: readonly NotRun[]): string[] {
  const known = (block: Block): boolean =>
    list.some(({ page, starts }) => page === block.page && block.text.trimStart().startsWith(starts));
  const silent = blocks.filter(
    (block) =>
      RUNNABLE.has(block.language) &&
      !block.run &&
      block.file === undefined &&
      !block.included &&
      !known(block),
  );
  const stale = list.filter(
    ({ page, starts }) =>
      !blocks.some((block) => block.page === page && block.text.trimStart().startsWith(starts)),
  );
  return [
    ...silent.map(
      ({ page, line }) => `${page}:${line}: the block is neither run nor in docs/blocks-not-run.json`,
    ),
    ...stale.map(
      ({ page, starts }) => `docs/blocks-not-run.json: ${page} has no block that begins with ${starts}`,
    ),
  ];
}

/**
 * Does what a reader of a page would do in an empty folder: writes its files, runs its commands in order, with the
 * project's packages installed there.
 *
 * @returns The first fault, or undefined. The folder is the caller's to remove.
 */
export function followPage(blocks: readonly Block[], folder: string): string | undefined {
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  for (const { file, text } of blocks) {
    if (file === undefined) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const typed = blocks.flatMap(({ file }) => (file?.endsWith(".ts") === true ? [file] : []));
  if (typed.length > 0) {
    const strict = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2023", "--module", "nodenext"];
    writeFileSync(join(folder, "package.json"), `{"type":"module"}`);
    const tsc = spawnSync("npx", ["--no-install", "tsc", ...strict, "--types", "node", ...typed], {
      cwd: folder,
      encoding: "utf8",
    });
    if (tsc.status !== 0) return `${blocks[0]?.page ?? ""}: ${typed.join(", ")}:\n${tsc.stdout}`;
  }
  for (const { page, line, language, run, text } of blocks) {
    if (!run || !["sh", "bash"].includes(language)) continue;
    const ran = spawnSync("bash", ["-euo", "pipefail", "-c", text], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, npm_config_yes: "false" },
    });
    if (ran.status !== 0)
      return `${page}:${line}: exit ${String(ran.status)}\n${text}\n${ran.stdout.slice(-4000)}${ran.stderr.slice(-4000)}`;
  }
  return undefined;
}
