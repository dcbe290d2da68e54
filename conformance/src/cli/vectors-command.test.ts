import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { vectorsCommand } from "./vectors-command.js";

const decoder = resolve(import.meta.dirname, "../vectors/fixtures/decoder.mjs");

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const code = await vectorsCommand(args, {
    out: { write: (text) => (said.out += text) },
    err: { write: (text) => (said.err += text) },
    env: {},
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

test("a right decoder conforms", async () => {
  const { code, out } = await run("--check", "--", process.execPath, decoder);
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^179 vectors, \d+ streams, 0 wrong\n$/),
  });
});

test("a wrong one does not, and each vector is named with its requirement and the difference", async () => {
  const { code, out } = await run("--check", "--", process.execPath, decoder, "bom-stripped");
  expect(code).toBe(1);
  expect(out).toMatch(
    /^FAILED text:bom-in-record \(frame:violation:not-json\), in one read\n {4}a BOM after RS/,
  );
});

test("a decoder that can't be started is unavailable, one that ends is undecided", async () => {
  expect(await run("--check", "--", "/nonexistent/decoder")).toMatchObject({ code: 69, out: "" });
  expect((await run("--check", "--", process.execPath, "-e", "")).code).toBe(69);
});

test("--copy writes the files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-vectors-"));
  try {
    expect((await run("--copy", folder)).code).toBe(0);
    expect(existsSync(join(folder, "v1/streams/frames.json"))).toBe(true);
    expect(existsSync(join(folder, "README.md"))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([[["--check"]], [[]], [["--check", "--sessions", "--", "x"]], [["--check", "extra", "--", "x"]]])(
  "%j is a usage error that says what to do",
  async (args) => {
    await expect(run(...args)).rejects.toThrow(/as in: sandpipe vectors/);
  },
);
