import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { selfCommand } from "../mutants/judge-mutant.js";
import type { Report } from "../report/report.js";
import { runSandpipe } from "./run-cli-for-test.js";

const ROOT = resolve(import.meta.dirname, "../../..");
const HOST = [process.execPath, resolve(ROOT, "reference-host/bin/sandpipe-host.mjs"), "adapter"];
const SANDBOX = [resolve(ROOT, "reference-sandbox/bin/sandpipe-sandbox"), "{script}"];

describe("sandpipe test both", { timeout: 300_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const sandpipe = (...args: readonly string[]) => runSandpipe(folder, args);

  test("finds the reference host and the reference sandbox to be one, over stdio and over HTTP", async () => {
    const args = [
      "--runs",
      "3",
      "--timeout-scale",
      "4",
      "--format",
      "json",
      "--",
      ...HOST,
      "----",
      ...SANDBOX,
    ];
    const { code, out, err } = await sandpipe("test", "both", ...args);
    const report = JSON.parse(out) as Report;
    expect(
      report.checks.filter(({ verdict }) => verdict !== "pass"),
      err,
    ).toEqual([]);
    expect(report.checks.filter(({ area }) => area === "http").length).toBe(report.checks.length / 2);
    expect({ code, command: report.command }).toEqual({ code: 0, command: [...HOST, "----", ...SANDBOX] });
  });

  test("says both commands and the driver, saves what fails, and says fixed once it is mended", async () => {
    const faulty = [...selfCommand("host", ["result-as-text"]), "----", ...selfCommand("sandbox")];
    const right = [...selfCommand("host"), "----", ...selfCommand("sandbox")];
    const flags = ["--transport", "http", "--only", "both:*:result-handed-over", "--seed", "1"];
    const { code, out } = await sandpipe("test", "both", ...flags, "--", ...faulty);
    expect(code).toBe(1);
    expect(out).toContain("✗ both:http:result-handed-over");
    expect(out).toMatch(/sandbox → host +␞.*session\.result/);
    expect(out).toMatch(/host → sandbox +␞/);
    expect(out).toContain(`host:    ${selfCommand("host", ["result-as-text"]).join(" ")}`);
    expect(out).toMatch(/driver: +sandpipe-javascript in javascript, the kit's own/);
    const [file = "none"] = readdirSync(join(folder, ".sandpipe/failures/both"));
    for (const what of [join(".sandpipe/failures/both", file), ".sandpipe/failures"]) {
      expect(await sandpipe("replay", what, "--", ...faulty)).toMatchObject({ code: 1 });
      const mended = await sandpipe("replay", what, "--", ...right);
      expect(mended).toMatchObject({ code: 0, out: "fixed  both:http:result-handed-over\n" });
    }
    // What failed before is tried first, and found by its token.
    const again = await sandpipe("test", "both", ...flags, "--runs", "1", "--", ...faulty);
    expect(/replay (\S+)/.exec(again.out)?.[1]).toBe(/replay (\S+)/.exec(out)?.[1]);
  });

  test("of a host without HTTP leaves out what goes over it", async () => {
    const host = [process.execPath, resolve(import.meta.dirname, "../target/fixtures/tiny-adapter.mjs")];
    const args = ["--only", "both:http", "--", ...host, "----", ...selfCommand("sandbox")];
    const { out } = await sandpipe("test", "both", ...args);
    expect(out).toContain("doesn't declare http");
  });

  test.each([
    [["--", "x"], "the sandbox's after ----"],
    [["--", "----", "x"], "the host's command comes after --"],
    [["--protocol", "0", "--", "x", "----", "y"], "a pair is judged by version 1"],
    [["--postgres", "postgres://x", "--", "x", "----", "y"], "a pair is judged without databases"],
  ])("that is mistyped (%j) is exit 64 and says what to do", async (args, said) => {
    const { code, out, err } = await sandpipe("test", "both", ...args);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toContain(said);
  });
});
