import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { judge, type Report } from "@sandpipe/conformance";
import { ensureOnPath } from "../../scripts/services/install.js";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const HOST = [join(here, "host/target/debug/founding-draft-host")];
const SANDBOX = [join(root, "node_modules/.bin/bun"), join(here, "sandbox/wrapper.ts"), "{script}"];

beforeAll(() => {
  ensureOnPath("cargo", "cargo");
  const { status, stderr } = spawnSync("cargo", ["build", "--quiet", "--locked"], {
    cwd: join(here, "host"),
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
}, 600_000);

/** Deadlines are short: what these snippets withhold never comes. */
const judged = (role: "host" | "sandbox", seed: number, ...only: string[]): Promise<Report> =>
  judge({
    ...{ role, protocol: 0, seed, only, command: role === "host" ? HOST : SANDBOX },
    ...{ timeoutScale: 0.3, checkMs: 240_000, shrinkMs: 0 },
  });

describe.each([1, 2])("the founding document's handler, from seed %i", { timeout: 600_000 }, (seed) => {
  test("loses the output behind a byte that is no UTF-8, or executes a print", async () => {
    const { checks } = await judged("host", seed, "output:line:kept");
    expect(checks[0]).toMatchObject({ id: "output:line:kept", verdict: "fail" });
    const about = checks[0]?.failure?.facts.map((fact) => fact.about);
    expect(about).toContain("the output in the report");
  });

  test("answers one call after the other", async () => {
    const { checks } = await judged("host", seed, "call:order:any");
    expect(checks[0]).toMatchObject({
      verdict: "informational",
      reason: "the first response: a slow call's",
    });
  });

  test("keeps what version 0 asks of a line and its answer", async () => {
    const { checks } = await judged("host", seed, "frame", "call:id", "method", "error", "result", "life");
    const verdicts = checks.map(({ id, verdict }) => `${id} ${verdict}`);
    expect(verdicts.filter((one) => !one.endsWith(" pass"))).toEqual([]);
    expect(verdicts.length).toBe(9);
  });
});

describe.each([1, 2])("the founding document's wrapper, from seed %i", { timeout: 600_000 }, (seed) => {
  test("parses each read by itself, and waits for ever", async () => {
    const { checks } = await judged("sandbox", seed, "frame:receive:any-boundary");
    const [result] = checks;
    expect(result).toMatchObject({ verdict: "fail" });
    expect(result?.failure?.facts.map((fact) => fact.about).join()).toMatch(/the end of steps|the driver's/);
    expect(result?.failure?.stderr).toMatch(/JSON Parse error/);
  });
});

test("the snippets stand between their marks, word for word", () => {
  const between = (file: string): string =>
    readFileSync(join(here, file), "utf8")
      .split("// ---- the founding document, from here ----\n")[1]
      ?.split("// ---- to here ----")[0] ?? "";
  expect(between("sandbox/wrapper.ts")).toContain("  const response = JSON.parse(data.toString());\n");
  expect(between("host/src/handler.rs")).toContain(
    "    while let Some(line) = stdout_reader.next_line().await {\n",
  );
});
