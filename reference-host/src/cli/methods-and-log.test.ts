import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");
const WIRE = resolve(import.meta.dirname, "../../fixtures/wire.mjs");
const HOST = resolve(import.meta.dirname, "../../dist/index.js");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "host-methods-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function host(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

const methods = (): string =>
  write(
    "methods.mjs",
    `import { defineMethod } from ${JSON.stringify(HOST)};
     export default [defineMethod({
       name: "wall.paint", idempotent: true,
       params: { type: "object", properties: { wall: { type: "string" } }, required: ["wall"] },
       handle: ({ wall }) => { if (wall === "wet") throw new Error("paint of mysql://me:hunter2@db ran off"); return wall; },
     })];`,
  );

describe("--methods", () => {
  test("adds the module's methods to a run and to the document", () => {
    const script = write(
      "paint.mjs",
      `import { open, call, result } from ${JSON.stringify(WIRE)};
       const { result: opened } = await open();
       const named = opened.methods.find(({ name }) => name === "wall.paint");
       await result([named, (await call("wall.paint", { wall: "a" }, 1)).result, (await call("wall.paint", {}, 2)).error.code]);`,
    );
    const ran = host(
      "run",
      script,
      "--isolation",
      "none",
      "--sandbox",
      process.execPath,
      "--methods",
      methods(),
      "--json",
    );
    expect(ran.err).toBe("");
    expect(JSON.parse(ran.out)).toMatchObject({
      result: [{ name: "wall.paint", idempotent: true }, "a", -32602],
    });
    const document = JSON.parse(host("openrpc", "--methods", methods()).out) as {
      methods: { name: string }[];
    };
    const names = document.methods.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["files.adopt", "wall.paint"]));
  });

  test.each([
    ["isn't there", undefined, /can't be loaded/],
    ["doesn't load", "throw new Error('boom')", /boom/],
    ["exports nothing", "export const x = 1", /export by default/],
    ["takes a reserved name", "export default { name: 'rpc.x', validate() {}, handle() {} }", /reserved/],
    [
      "takes a name of the contract",
      "export default { name: 'files.get', validate() {}, handle() {} }",
      /already/,
    ],
  ])("a module that %s is named in one line, exit 64", (name, code, message) => {
    const path =
      code === undefined ? join(folder, "nowhere.mjs") : write(`${name.replaceAll(" ", "-")}.mjs`, code);
    const { code: exit, err } = host("openrpc", "--methods", path);
    expect([exit, err.trimEnd().split("\n").length]).toEqual([64, 1]);
    expect(err).toMatch(message);
    expect(err).toContain(path);
  });
});

describe("--log-level", () => {
  const script = (): string =>
    write(
      "log.mjs",
      `import { open, call, raw, result } from ${JSON.stringify(WIRE)};
       const { result: opened } = await open();
       raw("\\u001enonsense\\n");
       await call("wall.paint", { wall: "wet" }, "w");
       await result(opened.session.id);`,
    );
  const run = (level: string) =>
    host(
      "run",
      script(),
      "--isolation",
      "none",
      "--sandbox",
      process.execPath,
      "--methods",
      methods(),
      "--json",
      "--log-level",
      level,
    );

  test("writes JSON lines on stderr with the session's id, without secrets, and stdout stays the report", () => {
    const { code, out, err } = run("debug");
    expect(code).toBe(0);
    const { result: session } = JSON.parse(out) as { result: string };
    const lines = err
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["info", "session started"],
      ["info", "session opened"],
      ["warn", "violation"],
      ["error", "method failed"],
      ["debug", "call answered"],
      ["info", "session ended"],
    ]);
    for (const line of lines) {
      expect(line["session"]).toBe(session);
      expect(new Date(line["time"] as string).toISOString()).toBe(line["time"]);
    }
    expect(lines[3]?.["error"]).toContain("ran off");
    expect(err).not.toContain("hunter2");
    expect(lines[5]).toMatchObject({ outcome: "ok", calls: 1, violations: 1, transport: "stdio" });
  });

  test("leaves out what is below the level", () => {
    const levels = run("error")
      .err.trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { level: string }).level);
    expect(levels).toEqual(["error"]);
    expect(host("run", script(), "--log-level", "loud")).toMatchObject({
      code: 64,
      err: expect.stringContaining("--log-level is one of"),
    });
  });
});
