import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startHttpHost, TOKEN } from "./testing/http-host.js";
import { executable, RUNTIMES } from "./testing/runtimes.js";
import { COMMAND, startSandbox } from "./testing/start-sandbox.js";

const PACKAGE = resolve(import.meta.dirname, "..");

/** A project of a user's with one analysis, as a person writes it. */
function project(body: string, name = "analysis.mjs"): string {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-by-hand-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules/@sandpipe"), { recursive: true });
  symlinkSync(PACKAGE, join(folder, "node_modules/@sandpipe/sandbox"));
  writeFileSync(join(folder, name), `import "@sandpipe/sandbox/run";\n${body}`);
  return join(folder, name);
}

async function start(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, ...text };
}

describe.each(RUNTIMES)("a script that is started by hand on %s", (runtime) => {
  const args = runtime === "bun" ? ["run"] : [];

  test("needs two variables: it runs in a sandbox, once, and shows its prints and its result", async () => {
    const host = await startHttpHost();
    const path = project(
      `console.log("loaded", process.argv.slice(2).join()); export default async (ctx) => { console.error("err"); return {echo: await ctx.call("echo", {n: 1}), token: process.env.SANDPIPE_HTTP_TOKEN ?? null} }`,
    );
    const env = { SANDPIPE_HTTP_URL: host.url, SANDPIPE_HTTP_TOKEN: TOKEN };
    const { code, stdout, stderr } = await start(executable(runtime), [...args, path, "x", "--y"], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "err\n" });
    expect(stdout).toMatch(/^loaded x,--y\n\{\s*echo: \{\s*n: 1,?\s*\},\s*token: null,?\s*\}\n$/);
    expect(host.result()).toEqual({ ok: true, value: { echo: { n: 1 }, token: null } });
    expect(host.printed("stdout")).toBe("loaded x,--y\n");
    expect(host.frames("session.open")).toHaveLength(1);
  });

  test("shows what it throws and ends with 1; without the variables it says which one", async () => {
    const host = await startHttpHost();
    const path = project(`export default () => { throw new TypeError("no way") }`);
    const env = { SANDPIPE_HTTP_URL: host.url, SANDPIPE_HTTP_TOKEN: TOKEN };
    const failed = await start(executable(runtime), [...args, path], env);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toMatch(/TypeError: no way[\s\S]*analysis\.mjs:2/);
    const without = await start(executable(runtime), [...args, path], {});
    expect(without).toMatchObject({ code: 69, stdout: "" });
    expect(without.stderr).toMatch(/^sandpipe-sandbox: [^\n]*SANDPIPE_HTTP_URL[^\n]*\n$/);
  });

  test("sandpipe-sandbox --show does the same without the import", async () => {
    const host = await startHttpHost({ unix: true });
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-by-hand-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "plain.mjs"), `console.log("one"); export default () => "two"`);
    const env = { SANDPIPE_HTTP_URL: host.url, SANDPIPE_HTTP_TOKEN: TOKEN };
    const { code, stdout } = await start(
      COMMAND,
      ["--runtime", runtime, "--show", join(folder, "plain.mjs")],
      env,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "one\ntwo\n" });
  });

  test("under a host the import does nothing", async () => {
    const path = project(`console.log("once"); export default () => 1`);
    const script = `export { default } from ${JSON.stringify(path)}`;
    const sandbox = startSandbox({ runtime, script });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: 1 });
    expect(sandbox.printed("stdout")).toBe("once\n");
  });
});
