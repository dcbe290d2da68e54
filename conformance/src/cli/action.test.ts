import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
};
const [step] = action.runs.steps;

/** Runs the action's step as a runner does: inputs by the environment, files for outputs and the summary. */
function runAction(cwd: string, inputs: Readonly<Record<string, string>>) {
  const env: Record<string, string> = {};
  for (const [name, expression] of Object.entries(step?.env ?? {})) {
    const input = /inputs\.([\w-]+)/.exec(expression)?.[1] ?? "";
    env[name] = inputs[input] ?? action.inputs[input]?.default ?? "";
  }
  const files = { GITHUB_OUTPUT: join(cwd, "output"), GITHUB_STEP_SUMMARY: join(cwd, "summary") };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", step?.run ?? ""], {
    cwd,
    env: { ...process.env, ...env, ...files, GITHUB_ACTION_PATH: ROOT },
    encoding: "utf8",
  });
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const lines = read(files.GITHUB_OUTPUT).trim().split("\n");
  const outputs = Object.fromEntries(lines.map((line) => line.split("="))) as Record<string, string>;
  return { status, said: stdout + stderr, outputs, summary: read(files.GITHUB_STEP_SUMMARY) };
}

describe("the action", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const host = "npx --no-install sandpipe self host";
  const args = "--only 'call:id:echo-type' --seed 3 --save none";

  test("is the same in the package, where its script is beside it", () => {
    const own = readFileSync(join(ROOT, "conformance/action/action.yml"), "utf8");
    const path = "$GITHUB_ACTION_PATH/conformance/action/judge.sh";
    expect(own.replace("$GITHUB_ACTION_PATH/judge.sh", path)).toBe(
      readFileSync(join(ROOT, "action.yml"), "utf8"),
    );
  });

  test("passes a right host, with outputs, a summary and reports", () => {
    const { status, outputs, summary, said } = runAction(folder, { role: "host", command: host, args });
    expect({ status, said: status === 0 ? "" : said }).toEqual({ status: 0, said: "" });
    expect(outputs).toEqual({
      verdict: "conforms",
      passed: "1",
      failed: "0",
      "exit-code": "0",
      report: "sandpipe-report",
    });
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
    expect(summary).toContain("## CONFORMS: sandpipe-self-host");
    for (const name of ["report.ndjson", "report.html", "report.xml", "badge.svg"])
      expect(existsSync(join(folder, "sandpipe-report", name))).toBe(true);
  });

  test("fails a wrong one, and shows why in the summary", () => {
    const { status, outputs, summary } = runAction(folder, {
      role: "host",
      command: `${host} --fault ids-as-text`,
      args,
    });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ verdict: "does-not-conform", failed: "1", "exit-code": "1" });
    expect(summary).toContain("<code>call:id:echo-type</code>");
  });

  test("says that nothing could be judged", () => {
    const { status, outputs, summary } = runAction(folder, { role: "host", command: "./there-is-none" });
    expect(status).toBe(69);
    expect(outputs).toEqual({ "exit-code": "69", report: "sandpipe-report" });
    expect(summary).toContain("could not judge the host: exit code 69");
  });

  test("takes its inputs as words, of which nothing is run", () => {
    const command = `node -e 'console.error(process.argv.slice(1))' "a b" $(touch ran) \`touch ran\` c\\ d '' ; touch ran`;
    const { status, said } = runAction(folder, { role: "host", command });
    expect(status).toBe(69);
    expect(said.replace(/\s+/g, " ")).toContain(
      "[ 'a b', '$(touch', 'ran)', '`touch', 'ran`', 'c d', '', ';', 'touch', 'ran' ]",
    );
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  test("refuses a quote that isn't closed", () => {
    expect(runAction(folder, { role: "host", command: "node 'x" })).toMatchObject({
      status: 64,
      said: expect.stringContaining("a quote is not closed"),
    });
  });
});
