import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ndjsonReport } from "../report/ndjson.js";
import { readReport } from "../report/read-report.js";
import { reportForTest, resultForTest } from "../report/report-for-test.js";
import { isAlive, poll } from "../target/processes.js";
import { BIN, runSandpipe, SELF_HOST } from "./run-cli-for-test.js";

const ADAPTER = fileURLToPath(new URL("../target/fixtures/tiny-adapter.mjs", import.meta.url));

describe("reports on the command line", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const sandpipe = (...args: readonly string[]) => runSandpipe(folder, args);
  const at = (name: string): string => join(folder, name);
  const put = (name: string, report: ReturnType<typeof reportForTest>): void =>
    writeFileSync(at(name), ndjsonReport(report));

  test.each([
    [
      ["test", "host", "--report", "out.pdf", "--", "x"],
      "its extension names no format; there are .txt, .json",
    ],
    [["test", "host", "--report", "no/such/out.json", "--", "x"], "can't be written"],
    [["test", "host", "--expect", "none.yaml", "--", "x"], "--expect none.yaml can't be read"],
    [["test", "host", "--shard", "3/2", "--", "x"], "--shard takes i/n"],
    [["test", "host", "--runs", "3", "--max-time", "5", "--", "x"], "take one of the two"],
    [["test", "host", "--format", "htm", "--", "x"], "--format takes one of pretty, json, ndjson, junit"],
    [["report"], "which report?"],
    [["report", "none.ndjson"], "none.ndjson can't be read"],
    [["report", "a", "b"], "sandpipe report merge FILE"],
    [["report", "merge", "a"], "merge takes two reports or more"],
    [["report", "diff", "a"], "2 files wanted, 1 given"],
    [["report", "a", "--htlm", "x"], "did you mean --html?"],
  ])("%j is exit 64 and says what to do", async (args, said) => {
    expect(await sandpipe(...args)).toMatchObject({ code: 64, out: "", err: expect.stringContaining(said) });
  });

  test("are written in every form at once, and made again from the stream", async () => {
    const names = ["ndjson", "json", "xml", "tap", "md", "html", "svg", "txt"].map(
      (extension) => `out.${extension}`,
    );
    const reports = names.flatMap((name) => ["--report", name]);
    const args = ["--only", "session:open:answered", "--seed", "5", "--format", "ndjson", ...reports];
    const env = { MY_SECRET_TOKEN: "very-secret-value" };
    const run = await runSandpipe(
      folder,
      ["test", "host", ...args, "--", ...SELF_HOST, "--token=very-secret-value"].slice(0, -1),
      env,
    );
    expect(run.code).toBe(0);
    expect(run.out).toBe(readFileSync(at("out.ndjson"), "utf8"));
    const forms = [
      "--junit",
      "a.xml",
      "--tap",
      "a.tap",
      "--markdown",
      "a.md",
      "--html",
      "a.html",
      "--badge",
      "a.svg",
      "--pretty",
      "a.txt",
    ];
    expect(await sandpipe("report", "out.ndjson", ...forms)).toMatchObject({ code: 0, out: "" });
    for (const extension of ["xml", "tap", "md", "html", "svg", "txt"])
      expect(readFileSync(at(`a.${extension}`), "utf8")).toBe(readFileSync(at(`out.${extension}`), "utf8"));
    const json = await sandpipe("report", "out.json", "--json", "-");
    expect(JSON.parse(json.out)).toEqual(JSON.parse(readFileSync(at("out.json"), "utf8")));
    expect((await sandpipe("report", "badge", "out.ndjson")).out).toContain("sandpipe host: conforms (full)");
  });

  test("of a kit that was killed hold every check that had ended", async () => {
    const pidFile = at("pids");
    const args = [BIN, "test", "host", "--only", "session", "--runs", "30", "--report", "out.ndjson"];
    const subject = [process.execPath, ADAPTER, "right", pidFile];
    const kit = spawn(process.execPath, [...args, "--", ...subject], { cwd: folder, stdio: "ignore" });
    const ended = new Promise((done) => kit.on("close", done));
    const lines = (): readonly string[] => {
      try {
        return readFileSync(at("out.ndjson"), "utf8").trim().split("\n");
      } catch {
        return [];
      }
    };
    expect(await poll(() => lines().length >= 2, 60_000)).toBe(true);
    kit.kill("SIGKILL");
    await ended;
    const cut = readReport(at("out.ndjson"));
    expect(cut).toMatchObject({ interrupted: true, exitCode: expect.any(Number) });
    expect(cut.checks.length).toBeGreaterThanOrEqual(1);
    expect(cut.checks.length).toBeLessThan(cut.planned);
    expect((await sandpipe("report", "out.ndjson")).out).toContain("The run was interrupted");
    // Nobody was left to end the subject: it sees the end of its stdin.
    const pids = readFileSync(pidFile, "utf8").trim().split("\n").map(Number);
    await poll(() => !pids.some(isAlive), 20_000);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("of shards are merged into the report of the whole", async () => {
    const only = ["--only", "session:open:*", "--seed", "5", "--runs", "2"];
    const shards = [1, 2].map((index) =>
      sandpipe(
        "test",
        "host",
        ...only,
        "--shard",
        `${index}/2`,
        "--report",
        `${index}.ndjson`,
        "--",
        ...SELF_HOST,
      ),
    );
    const whole = sandpipe("test", "host", ...only, "--report", "whole.json", "--", ...SELF_HOST);
    expect((await Promise.all([...shards, whole])).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect((await sandpipe("report", "merge", "1.ndjson", "2.ndjson", "--json", "merged.json")).code).toBe(0);
    const [merged, one] = [readReport(at("merged.json")), readReport(at("whole.json"))];
    const counts = (report: typeof merged): readonly string[] =>
      report.checks
        .map(({ id, verdict, sessions, exchanges }) => `${id} ${verdict} ${sessions} ${exchanges}`)
        .sort();
    expect(counts(merged)).toEqual(counts(one));
    expect(merged.checks.length).toBeGreaterThan(2);
    expect((await sandpipe("report", "merge", "1.ndjson", "1.ndjson")).code).toBe(64);
  });

  test("of several subjects make a grid, in three forms and no other", async () => {
    const subject = (name: string) => ({ subject: { ...reportForTest().subject, name } });
    put("a.ndjson", reportForTest(subject("a")));
    put("b.ndjson", reportForTest(subject("b")));
    const { code, out } = await sandpipe("report", "merge", "a.ndjson", "b.ndjson");
    expect({ code, head: out.split("\n")[0] }).toEqual({
      code: 0,
      head: "| requirement | level | a 1.2.0 (host) | b 1.2.0 (host) |",
    });
    expect((await sandpipe("report", "merge", "a.ndjson", "b.ndjson", "--html", "grid.html")).code).toBe(0);
    expect(readFileSync(at("grid.html"), "utf8")).toContain("Implementations side by side");
    expect(await sandpipe("report", "merge", "a.ndjson", "b.ndjson", "--junit", "x.xml")).toMatchObject({
      code: 64,
      err: expect.stringContaining("--junit holds one subject"),
    });
  });

  test("that differ for the worse are exit 1", async () => {
    put("old.ndjson", reportForTest({ checks: [resultForTest("call:id:echo-type", "pass")] }));
    put("new.ndjson", reportForTest({ checks: [resultForTest("call:id:echo-type", "fail")] }));
    const worse = await sandpipe("report", "diff", "old.ndjson", "new.ndjson");
    expect(worse).toMatchObject({
      code: 1,
      out: expect.stringContaining("broken   call:id:echo-type: pass → fail"),
    });
    const better = await sandpipe("report", "diff", "new.ndjson", "old.ndjson", "--json", "-");
    expect(better.code).toBe(0);
    expect(JSON.parse(better.out)).toMatchObject({ worse: false, changes: [{ kind: "fixed" }] });
  });

  test("take what is known of into account: written, given its reason, met, and out of date once it is mended", async () => {
    const only = ["--only", "call:id:echo-type", "--seed", "3"];
    const faulty = [...SELF_HOST, "--fault", "ids-as-text"];
    const first = await sandpipe("test", "host", ...only, "--write-expect", "known.yaml", "--", ...faulty);
    expect(first).toMatchObject({ code: 1, err: expect.stringContaining("1 entries written to known.yaml") });
    expect(parse(readFileSync(at("known.yaml"), "utf8"))).toMatchObject([
      { id: "call:id:echo-type", expect: "fail", reason: "" },
    ]);
    const withoutReason = await sandpipe("test", "host", ...only, "--expect", "known.yaml", "--", ...faulty);
    expect(withoutReason).toMatchObject({
      code: 64,
      err: expect.stringContaining("needs a reason or a url"),
    });
    writeFileSync(
      at("known.yaml"),
      readFileSync(at("known.yaml"), "utf8").replace('reason: ""', "reason: issue 12"),
    );
    const met = await sandpipe("test", "host", ...only, "--expect", "known.yaml", "--", ...faulty);
    expect(met).toMatchObject({ code: 0, out: expect.stringContaining("fail, as expected: issue 12") });
    const mended = await sandpipe(
      "test",
      "host",
      ...only,
      "--expect",
      "known.yaml",
      "--save",
      "none",
      "--",
      ...SELF_HOST,
    );
    expect(mended).toMatchObject({ code: 1, out: expect.stringContaining("is expected to fail and passes") });
  });
});

test("vectors are copied by either way of saying it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  try {
    for (const args of [
      ["copy", "a"],
      ["--copy", "b"],
    ])
      expect(await runSandpipe(folder, ["vectors", ...args])).toMatchObject({ code: 0 });
    const [a, b] = ["a", "b"].map((name) => readFileSync(join(folder, name, "README.md"), "utf8"));
    expect(a).toBe(b);
    expect(await runSandpipe(folder, ["vectors", "copy"])).toMatchObject({ code: 64, out: "" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
