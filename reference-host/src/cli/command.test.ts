import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processesNaming, until } from "../run/probe-run.js";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");
const WIRE = resolve(import.meta.dirname, "../../fixtures/wire.mjs");

let folder: string;
/** Where this test's scratch folders go, so that none of another test's is looked at. */
let scratches: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "host-cli-"));
  scratches = mkdtempSync(join(tmpdir(), "host-scratch-"));
});
afterAll(() => {
  for (const path of [folder, scratches]) rmSync(path, { recursive: true, force: true });
});

/** A script that speaks the wire itself: the sandbox command of these tests is plain Node. */
function script(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`);
  const names = "raw, record, frame, send, answer, frames, call, openParams, open, result";
  // Beside the script: an isolated one sees its own folder.
  copyFileSync(WIRE, join(folder, "wire.mjs"));
  writeFileSync(path, `import { ${names} } from "./wire.mjs";\n${code}`);
  return path;
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: scratches },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((done) =>
    child.once("close", (code) => done({ code, out, err })),
  );
  return { child, ended, heard: () => out };
}

const host = (...args: string[]) => start(args).ended;
const run = (path: string, ...args: string[]) => host("run", path, "--sandbox", process.execPath, ...args);

describe("run", () => {
  test("prints what the script prints, then its result as a table; exit 0", async () => {
    const path = script(
      "table",
      `await open(); console.log("working"); console.error("note");
       await result([{ name: "a\\u001b[2J", n: 1 }, { name: "bb", n: 20 }]);`,
    );
    const { code, out, err } = await run(path);
    const table = ["name         n", "──────────  ──", "a\\u001b[2J   1", "bb          20"];
    expect(out).toBe(["working", ...table, ""].join("\n"));
    expect([code, err]).toEqual([0, "note\n"]);
  });

  test("--json prints the whole report as one object and nothing else", async () => {
    const path = script("json", `await open(); console.log("é"); await result({ a: 1 });`);
    const { code, out, err } = await run(path, "--json");
    expect(JSON.parse(out)).toMatchObject({
      outcome: "ok",
      result: { a: 1 },
      output: "é\n",
      stderr: "",
      exit: { code: 0 },
    });
    expect([code, err, out.trimEnd().split("\n")]).toMatchObject([0, "", { length: 1 }]);
  });

  test("the script gets its params and finds the imported files", async () => {
    const csv = join(folder, "sales.csv");
    writeFileSync(csv, "a,b\n1,2\n");
    const path = script(
      "import",
      `const { result: { script } } = await open();
       const { result: { files } } = await call("files.list");
       const { result: read } = await call("files.read", { fileId: files[0].id, encoding: "utf8" });
       await result({ params: script.params, name: files[0].name, content: read.content });`,
    );
    const { out } = await run(
      path,
      "--import",
      csv,
      "--params",
      '{"a":1}',
      "--param",
      "b=x",
      "--param",
      "c=[2]",
    );
    expect(JSON.parse(out)).toEqual({
      params: { a: 1, b: "x", c: [2] },
      name: "sales.csv",
      content: "a,b\n1,2\n",
    });
  });

  test("--store keeps files and projects from one run to the next", async () => {
    const store = join(folder, "kept.db");
    const file = join(folder, "one.txt");
    writeFileSync(file, "1");
    const path = script(
      "list",
      `await open(); const { result: { files } } = await call("files.list"); await result({ names: files.map(({ name }) => name).join() });`,
    );
    await run(path, "--store", store, "--project", "acme", "--import", file);
    expect(JSON.parse((await run(path, "--store", store, "--project", "acme")).out)).toEqual({
      names: "one.txt",
    });
    expect(JSON.parse((await run(path, "--store", store, "--project", "other")).out)).toEqual({ names: "" });
  });

  test("--trace writes every frame with its time and direction, credentials left out", async () => {
    const trace = join(folder, "trace.jsonl");
    const path = script(
      "trace",
      `await open(); await call("files.list", {}, "l"); await result("postgres://u:hunter2@db");`,
    );
    await run(path, "--trace", trace);
    expect(readFileSync(trace, "utf8")).not.toContain("hunter2");
    const lines = readFileSync(trace, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ direction, frame }) => [direction, frame.method ?? "answer", frame.id])).toEqual([
      ["from-sandbox", "session.open", "open"],
      ["to-sandbox", "answer", "open"],
      ["from-sandbox", "files.list", "l"],
      ["to-sandbox", "answer", "l"],
      ["from-sandbox", "session.result", "result"],
      ["to-sandbox", "answer", "result"],
    ]);
    expect(new Set(lines.map(({ session, transport }) => [session, transport].join()))).toHaveLength(1);
    expect(lines[0]).toMatchObject({ transport: "stdio", session: lines[1].frame.result.session.id });
    for (const { time } of lines) expect(new Date(time).toISOString()).toBe(time);
    const times = lines.map(({ at }) => at as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("the sandbox gets no descriptor that the host itself inherited", async () => {
    const path = script(
      "descriptors",
      `import { readdirSync, readlinkSync } from "node:fs";
       await open();
       await result({ links: readdirSync("/proc/self/fd").map((fd) => { try { return readlinkSync("/proc/self/fd/" + fd); } catch { return ""; } }) });`,
    );
    const secret = join(folder, "secret");
    writeFileSync(secret, "");
    const child = spawn("bash", [
      "-c",
      `exec 9<"$0" 200<"$0"; exec "$@"`,
      secret,
      process.execPath,
      MAIN,
      "run",
      path,
      "--sandbox",
      process.execPath,
    ]);
    let out = "";
    child.stdout.on("data", (text) => (out += String(text)));
    await new Promise((done) => child.once("close", done));
    expect((JSON.parse(out) as { links: string[] }).links).not.toContain(secret);
  });
});

describe("a run that goes wrong", () => {
  test.each([
    [
      "a script that fails",
      `await open(); await call("session.result", { ok: false, error: { name: "TypeError", message: "no x" } }); process.exit(1);`,
      1,
      "TypeError: no x",
    ],
    ["a script that exits at once", `await open(); process.exit(0);`, 1, "no_result"],
    ["a script that is killed", `await open(); process.kill(process.pid, "SIGSEGV");`, 1, "SIGSEGV"],
    ["a sandbox that never opens", `process.exit(0);`, 69, "no_session"],
    ["a sandbox that can't start", `process.exit(69);`, 69, "bad_exit"],
  ])("%s ends with its own exit code and says why", async (name, code, exitCode, message) => {
    const ended = await run(script(name.replaceAll(" ", "-"), code));
    expect([ended.code, ended.out]).toEqual([exitCode, ""]);
    expect(ended.err).toContain(message);
  });

  test("one that never ends is ended by --timeout with 124", async () => {
    const ended = await run(
      script("endless", `await open(); setInterval(() => undefined, 1000);`),
      "--timeout",
      "0.5",
    );
    expect(ended).toMatchObject({ code: 124, out: "" });
    expect(ended.err).toContain("timeout");
  });

  test("one that prints without end is cut and ended", async () => {
    const path = script("flood", `await open(); for (;;) raw("x".repeat(65536));`);
    const ended = await run(path, "--timeout", "1");
    expect(ended.code).toBe(124);
    expect(ended.out.length).toBe(16_777_216);
    expect(ended.err).toContain("not shown");
  });

  test.each([
    [["run"], "SCRIPT"],
    [["run", "no-such-script.ts"], "no-such-script.ts"],
    [["run", tmpdir()], "no file"],
    [["run", MAIN, "--imprt", "x"], "--imprt"],
    [["run", MAIN, "--import", "no-such.csv"], "no-such.csv"],
    [["run", MAIN, "--params", "{"], "--params"],
    [["run", MAIN, "--param", "x"], "NAME=VALUE"],
    [["run", MAIN, "--timeout", "soon"], "--timeout"],
    [["run", MAIN, "--runtime", "deno"], "deno"],
    [["run", MAIN, "--protocol", "2"], "0,1"],
    [["run", MAIN, "more"], "more"],
    [["dance"], "dance"],
    [[], "--help"],
    [["adapter", "x"], "x"],
  ])("%j is a usage error: one line that says what to do, exit 64", async (args, words) => {
    const { code, out, err } = await host(...args);
    expect([code, out, err.trimEnd().split("\n").length]).toEqual([64, "", 1]);
    expect(err).toContain(words);
  });

  test.each([
    ["0", undefined],
    ["0,1", "0,1"],
  ])("--protocol %s runs a script of the founding document", async (protocol, told) => {
    const path = script(`v0-${protocol.length}`, "");
    writeFileSync(
      path,
      `console.log('{"id":"l","method":"files.list"}');
       process.stdin.once("data", (line) => {
         console.log(JSON.stringify({ told: process.env.SANDPIPE_PROTOCOL ?? null, ...JSON.parse(line).result }));
         process.exit(0);
       });`,
    );
    const { code, out } = await run(path, "--json", "--protocol", protocol);
    expect([code, (JSON.parse(out) as { result: unknown }).result]).toEqual([
      0,
      { told: told ?? null, files: [] },
    ]);
  });

  test("a sandbox that isn't there is 69, and so is a damaged store", async () => {
    const path = script("plain", "");
    expect(await host("run", path, "--sandbox", "/no/such/sandbox")).toMatchObject({ code: 69 });
    const store = join(folder, "damaged.db");
    writeFileSync(
      store,
      "this is no database at all, though it is long enough to look like something ".repeat(20),
    );
    const damaged = await run(path, "--store", store);
    expect([damaged.code, damaged.err.trimEnd().split("\n").length]).toEqual([69, 1]);
  });

  test.each([
    ["SIGINT", "bwrap", 130],
    ["SIGTERM", "bwrap", 143],
    ["SIGINT", "none", 130],
    ["SIGTERM", "none", 143],
    ["SIGHUP", "none", 129],
  ] as const)(
    "%s ends a run (isolation %s) in order: exit %i, no orphan, no folder",
    async (signal, isolation, exitCode) => {
      const path = script(
        `signal-${signal}-${isolation}`,
        `await open(); raw("up\\n"); setInterval(() => undefined, 1000);`,
      );
      const { child, ended, heard } = start([
        ...["run", path, "--sandbox", process.execPath, "--isolation", isolation],
      ]);
      await until(() => heard().includes("\n"));
      expect(processesNaming(path)).not.toEqual([]);
      child.kill(signal);
      expect((await ended).code).toBe(exitCode);
      expect(processesNaming(path)).toEqual([]);
      expect(readdirSync(scratches)).toEqual([]);
    },
  );

  test("a reader of stdout that goes away ends the run", async () => {
    const path = script("broken", `await open(); setInterval(() => raw("line\\n"), 5);`);
    const { child, ended, heard } = start(["run", path, "--sandbox", process.execPath]);
    await until(() => heard() !== "");
    child.stdout.destroy();
    expect((await ended).code).not.toBe(0);
    expect(readdirSync(scratches)).toEqual([]);
  });
});

test("help names every option and exit code, with examples; --version prints one", async () => {
  for (const args of [["--help"], ["run", "--help"], ["adapter", "--help"]]) {
    const { code, out, err } = await host(...args);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Usage: [\s\S]*Examples?:\n/);
  }
  expect(await host("--version")).toMatchObject({ code: 0, out: "0.1.0\n" });
});
