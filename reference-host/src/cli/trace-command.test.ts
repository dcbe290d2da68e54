import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const BIN = resolve(import.meta.dirname, "../../bin/sandpipe-host.mjs");

describe("sandpipe-host trace", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const host = (args: readonly string[], path = process.env["PATH"]) =>
    spawnSync(process.execPath, [BIN, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PATH: path },
    });

  test("writes the frames of a real run as one page of its own, readable by its owner alone", () => {
    writeFileSync(
      join(folder, "script.mjs"),
      "export default async (ctx) => (await ctx.files.list()).length;",
    );
    const run = host([
      "run",
      "script.mjs",
      "--isolation",
      "none",
      "--runtime",
      "node",
      "--trace",
      "frames.jsonl",
    ]);
    expect(run.stderr).toBe("");
    const { status, stdout } = host(["trace", "frames.jsonl"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "frames.jsonl.html\n" });
    const page = readFileSync(join(folder, "frames.jsonl.html"), "utf8");
    expect(page).toContain('"method":"files.list"');
    expect(page).toContain("data-trace-viewer");
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(statSync(join(folder, "frames.jsonl.html")).mode & 0o077).toBe(0);
  });

  test("hands the page to the desktop's opener when asked", () => {
    const frame = { jsonrpc: "2.0", id: 1, method: "session.open" };
    const line = { time: "", at: 0, session: "s", transport: "stdio", direction: "from-sandbox", frame };
    writeFileSync(join(folder, "frames.jsonl"), `${JSON.stringify(line)}\n`);
    // A pipe for what was opened: reading it waits for the opener, however late it runs.
    spawnSync("mkfifo", [join(folder, "opened")]);
    for (const opener of ["xdg-open", "open"]) {
      writeFileSync(join(folder, opener), `#!/bin/sh\nprintf %s "$1" > '${join(folder, "opened")}'\n`);
      chmodSync(join(folder, opener), 0o755);
    }
    const { status } = host(
      ["trace", "frames.jsonl", "--to", "page.html", "--open"],
      `${folder}:${process.env["PATH"]}`,
    );
    expect(status).toBe(0);
    expect(readFileSync(join(folder, "opened"), "utf8")).toMatch(/page\.html$/);
  });

  test.each([
    [["trace"], "trace takes one file"],
    [["trace", "absent.jsonl"], "absent.jsonl can't be shown: ENOENT"],
    [["trace", "notes.txt"], "notes.txt can't be shown: this is neither"],
    [["trace", "a", "--opne"], "see sandpipe-host trace --help"],
  ])("says what is wrong with %j and exits with 64", (args, words) => {
    writeFileSync(join(folder, "notes.txt"), "hello\n");
    const { status, stderr } = host(args);
    expect(stderr).toContain(words);
    expect(status).toBe(64);
  });
});
