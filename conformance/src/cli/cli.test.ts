import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, poll } from "../target/processes.js";

const BIN = fileURLToPath(new URL("../../bin/sandpipe.mjs", import.meta.url));
const ADAPTER = fileURLToPath(new URL("../target/fixtures/tiny-adapter.mjs", import.meta.url));
const SELF = [process.execPath, BIN, "self", "host"];

describe("the command line", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const sandpipe = (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((done) => {
      const options = { cwd: folder, maxBuffer: 2 ** 26 };
      execFile(process.execPath, [BIN, ...args], options, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  test.each([
    [["test", "host", "--olny", "call", "--", "x"], "unknown flag --olny; did you mean --only?"],
    [["tset", "host"], "did you mean test?"],
    [["test", "hots", "--", "x"], "did you mean host?"],
    [["test", "host"], "sandpipe test host -- "],
    [["test", "host", "--"], "sandpipe test host -- "],
    [["test", "host", "--runs", "0", "--", "x"], "--runs takes an integer of at least 1"],
    [["test", "host", "--seed", "1.5", "--", "x"], "--seed takes an integer"],
    [["test", "host", "--profile", "ful", "--", "x"], "--profile takes one of core, full, strict"],
    [["test", "host", "--only", "nothing:*", "--", "x"], "--only nothing:* matches no check"],
    [["test", "host", "--driver", "d.js", "--", "x"], "--driver is for sandboxes"],
    [["explain", "call:id:ecko-type"], "did you mean call:id:echo-type"],
    [["replay", "--", "x"], "sandpipe replay .sandpipe/failures -- "],
    [["replay", "nothing", "--", "x"], "is no file, no folder and no token"],
    [["replay", "9.9.9/call:id:echo-type/1/1/0", "--", "x"], "the token is of kit 9.9.9"],
    [["self", "host", "--fault", "ids-as-txt"], "did you mean ids-as-text"],
    [[], "sandpipe test host|sandbox"],
  ])("that is mistyped (%j) is exit 64 and says what to do", async (args, said) => {
    const { code, out, err } = await sandpipe(...args);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toContain(said);
  });

  test.each([
    ["--help"],
    ["test", "--help"],
    ["smoke", "--help"],
    ["replay", "-h"],
    ["list", "--help"],
    ["explain", "--help"],
    ["self", "--help"],
  ])("helps with examples: %s %s", async (...args) => {
    const { code, out } = await sandpipe(...args.filter((arg) => arg !== ""));
    expect(code).toBe(0);
    expect(out).toMatch(/sandpipe \w+/);
  });

  test.each(["host", "sandbox"] as const)(
    "lists what is odd but right of a %s, and plays it",
    async (role) => {
      const listed = await sandpipe("list", "--oddities", "--role", role, "--json");
      const oddities = JSON.parse(listed.out) as readonly { name: string; role: string; what: string }[];
      expect(oddities.length).toBeGreaterThan(5);
      expect(new Set(oddities.map((oddity) => oddity.role))).toEqual(new Set([role]));
      const script = role === "sandbox" ? ["{script}"] : [];
      const self = [process.execPath, BIN, "self", role, "--fault", "odd-member-order", ...script];
      const only = ["--only", role === "host" ? "call:id:echo-type" : "call:correlate:own-answer"];
      const { code, out } = await sandpipe("test", role, ...only, "--runs", "1", "--", ...self);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("CONFORMS") });
    },
  );

  test("under Bun says that Node is wanted, and judges nothing", async () => {
    const bun = fileURLToPath(new URL("../../../node_modules/.bin/bun", import.meta.url));
    const { code, err } = await new Promise<{ code: unknown; err: string }>((done) =>
      execFile(bun, [BIN, "test", "host", "--", ...SELF], (error, _, stderr) =>
        done({ code: error?.code, err: stderr }),
      ),
    );
    expect(err).toMatch(/run the kit by Node 20\.19 or newer/);
    expect(code).toBe(69);
  });

  test("names a subject that can't be started, with its stderr, and is exit 69", async () => {
    const { code, err } = await sandpipe("test", "host", "--", process.execPath, ADAPTER, "crash-at-start");
    expect(code).toBe(69);
    expect(err).toMatch(/tiny-adapter\.mjs crash-at-start.*exited with code 3/);
    expect(err).toContain("cannot find libfoo.so");
  });

  test("catches a fault, prints a line to replay it, and says fixed once it is mended", async () => {
    const only = ["--only", "call:id:echo-type", "--seed", "3"];
    const fault = [...SELF, "--fault", "ids-as-text"];
    const failed = await sandpipe("test", "host", ...only, "--", ...fault);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain("✗ call:id:echo-type  MUST");
    expect(failed.out).toContain("Why:");
    expect(failed.out).toMatch(/probe → host +␞.*␊/);
    expect(failed.out).toContain("To blame: the implementation");
    const token = /sandpipe replay (\S+) --/.exec(failed.out)?.[1] ?? "no token";
    const [file = "none"] = readdirSync(join(folder, ".sandpipe/failures/host"));
    const saved = join(".sandpipe/failures/host", file);

    for (const what of [token, saved, ".sandpipe/failures"]) {
      const again = await sandpipe("replay", what, "--", ...fault);
      expect({ what, code: again.code }).toEqual({ what, code: 1 });
      expect(again.out).toContain("failing  call:id:echo-type");
      const mended = await sandpipe("replay", what, "--", ...SELF);
      expect({ what, code: mended.code, out: mended.out }).toEqual({
        what,
        code: 0,
        out: "fixed  call:id:echo-type\n",
      });
    }
    const error = await sandpipe("replay", saved, "--", process.execPath, ADAPTER, "no-outcome");
    expect(error.code).toBe(2);
    expect(error.out).toContain('error  call:id:echo-type: the adapter\'s "ended"');
  });

  test("reports as JSON, the same to a file and to stdout", async () => {
    const file = join(folder, "report.json");
    const args = ["--only", "session:open:answered", "--format", "json", "--report", file];
    const { code, out } = await sandpipe("test", "host", ...args, "--", ...SELF);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      verdict: "conforms",
      role: "host",
      checks: [{ verdict: "pass" }],
    });
    expect(readFileSync(file, "utf8")).toBe(out);
  });

  test("lists checks and mutants, and explains a requirement with both", async () => {
    const checks = JSON.parse((await sandpipe("list", "--role", "host", "--json")).out) as { id: string }[];
    expect(checks.map(({ id }) => id)).toContain("call:id:echo-type");
    const mutants = JSON.parse((await sandpipe("list", "--mutants", "--json")).out) as { name: string }[];
    expect(mutants).toContainEqual(
      expect.objectContaining({ name: "ids-as-text", breaks: "call:id:echo-type" }),
    );
    const { out } = await sandpipe("explain", "call:id:echo-type");
    expect(out).toContain("ids-as-text");
    expect(out).toContain("MUST of version 1, binds the host");
  });

  test("tells by a smoke test what of an adapter is wired up", async () => {
    const right = await sandpipe("smoke", "host", "--", ...SELF);
    expect(right).toMatchObject({ code: 0 });
    expect(right.out).not.toContain("✗");
    const wrong = await sandpipe(
      "smoke",
      "host",
      "--timeout-scale",
      "0.5",
      "--",
      process.execPath,
      ADAPTER,
      "never-answers",
    );
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain("✓ session.open is answered");
    expect(wrong.out).toContain("✗ conformance.echo returns its params");
  });

  test("ends the subject on Ctrl-C, prints what is known and leaves nothing running", async () => {
    const pidFile = join(folder, "pids");
    const args = [
      BIN,
      "test",
      "host",
      "--timeout-scale",
      "50",
      "--",
      process.execPath,
      ADAPTER,
      "never-answers",
      pidFile,
    ];
    const kit = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    kit.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    const exit = new Promise<number | null>((done) => kit.on("close", done));
    const pids = (): number[] => {
      try {
        return readFileSync(pidFile, "utf8").trim().split("\n").map(Number);
      } catch {
        return [];
      }
    };
    expect(await poll(() => pids().length > 1, 30_000)).toBe(true);
    kit.kill("SIGINT");
    expect(await exit).toBe(2);
    expect(out).toContain("The run was interrupted");
    await poll(() => !pids().some(isAlive), 5_000);
    expect(pids().filter(isAlive)).toEqual([]);
  });
});
