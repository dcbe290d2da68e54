import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { COMMAND, openResult, startSandbox } from "../testing/start-sandbox.js";

const run = (args: readonly string[], env: Record<string, string> = {}, command = COMMAND) =>
  spawnSync(command, args, { encoding: "utf8", input: "", env: { PATH: process.env["PATH"], ...env } });

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-launcher-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("the command", () => {
  test("tells its usage and its version", () => {
    expect(run(["--help"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("usage: sandpipe-sandbox"),
    });
    expect(run(["--version"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  test.each([
    [["--bogus"], "unknown option --bogus"],
    [["--runtime"], "--runtime needs"],
    [["--runtime", "deno", "x.mjs"], "--runtime is bun or node"],
  ])("refuses %j with one line and exit 64", (args, line) => {
    const { status, stderr, stdout } = run(args);
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(/^sandpipe-sandbox: [^\n]+\n$/);
    expect(stderr).toContain(line);
  });

  test("is found through symbolic links, from any folder, under any name", () => {
    const folder = temporaryFolder();
    symlinkSync(COMMAND, join(folder, "one"));
    symlinkSync("one", join(folder, "two"));
    for (const command of ["./two", join(folder, "two")]) {
      const { status, stdout } = spawnSync(command, ["--version"], { cwd: folder, encoding: "utf8" });
      expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d/) });
    }
    const path = spawnSync("two", ["--version"], {
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env["PATH"]}` },
    });
    expect(path.status).toBe(0);
  });

  test("becomes the runtime: the pid that the host spawned is the script's own", async () => {
    for (const runtime of RUNTIMES) {
      const sandbox = startSandbox({ runtime, script: "export default () => process.pid" });
      await sandbox.ended;
      expect(sandbox.result()).toEqual({ ok: true, value: sandbox.process.pid });
    }
  });
});

test.each(RUNTIMES)("one socket for both directions serves as two do, on %s", async (runtime) => {
  const folder = temporaryFolder();
  const script = join(folder, "script.mjs");
  writeFileSync(
    script,
    `export default async (ctx) => [await ctx.call("echo", {a: 1}), await ctx.call("echo", {b: 2})]`,
  );
  const results: unknown[] = [];
  const server = createServer((socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      for (let end; (end = text.indexOf("\n")) >= 0; text = text.slice(end + 1)) {
        const frame = JSON.parse(text.slice(1, end)) as { id: string; method: string; params: unknown };
        if (frame.method === "session.result") results.push(frame.params);
        const result = frame.method === "session.open" ? openResult() : frame.params;
        socket.write(`\x1e${JSON.stringify({ jsonrpc: "2.0", id: frame.id, result })}\n`);
      }
    });
    socket.on("error", () => {});
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((done) => server.listen(join(folder, "host.sock"), done));
  const socket = connect(join(folder, "host.sock"));
  await once(socket, "connect");
  const child = spawn(COMMAND, ["--runtime", runtime, script], {
    stdio: [socket, socket, "inherit"],
    env: { PATH: process.env["PATH"], SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [code] = (await once(child, "exit")) as [number];
  socket.destroy();
  expect({ code, results }).toEqual({ code: 0, results: [{ ok: true, value: [{ a: 1 }, { b: 2 }] }] });
});

describe.each(RUNTIMES)("the environment on %s", (runtime) => {
  const refused = async (
    environment: Record<string, string | undefined>,
    onOpen: false | undefined = undefined,
  ) => {
    const sandbox = startSandbox({
      runtime,
      script: `console.log("ran")`,
      environment,
      ...(onOpen === undefined ? {} : { onOpen }),
    });
    const ended = await sandbox.ended;
    expect(sandbox.stderr()).toMatch(/^sandpipe-sandbox: [^\n]+\n$/);
    expect(sandbox.frames.some(({ method }) => method !== "session.open")).toBe(false);
    return { ...ended, frames: sandbox.frames.length };
  };

  test("of a host without a common version ends it with 69", async () => {
    expect(await refused({ SANDPIPE_PROTOCOL: "2,3" })).toMatchObject({ code: 69, frames: 0 });
    expect(await refused({ SANDPIPE_PROTOCOL: "" })).toMatchObject({ code: 69, frames: 0 });
    const both = startSandbox({ runtime, script: "", environment: { SANDPIPE_PROTOCOL: "0,1" } });
    expect(await both.ended).toMatchObject({ code: 0 });
  });

  test("R46: with an unknown transport or a bad timeout ends it with 64", async () => {
    for (const transport of ["", "STDIO", "tcp"])
      expect(await refused({ SANDPIPE_TRANSPORT: transport })).toMatchObject({ code: 64, frames: 0 });
    for (const timeout of ["0", "-1", "abc", "1.5", "", "99999999999"])
      expect(await refused({ SANDPIPE_OPEN_TIMEOUT_MS: timeout })).toMatchObject({ code: 64, frames: 0 });
  });

  test("auto without an answer and without a URL ends it with 69, at once where stdin is at its end", async () => {
    const auto = { SANDPIPE_TRANSPORT: "auto" };
    expect(await refused({ ...auto, SANDPIPE_OPEN_TIMEOUT_MS: "300" }, false)).toMatchObject({
      code: 69,
      frames: 1,
    });
    const folder = temporaryFolder();
    writeFileSync(join(folder, "script.mjs"), "");
    for (const stdin of ["</dev/null", "<&-"]) {
      const shell = `"$0" --runtime ${runtime} "$1" ${stdin}`;
      const child = spawnSync("sh", ["-c", shell, COMMAND, join(folder, "script.mjs")], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], SANDPIPE_PROTOCOL: "1", SANDPIPE_OPEN_TIMEOUT_MS: "100000" },
      });
      expect(child.status).toBe(69);
      expect(child.stderr).toMatch(/^sandpipe-sandbox: [^\n]+SANDPIPE_HTTP_URL[^\n]*\n$/);
    }
  });

  test("stdio waits for a host that holds its answer back", async () => {
    const sandbox = startSandbox({
      runtime,
      environment: { SANDPIPE_OPEN_TIMEOUT_MS: "50" },
      onOpen: (frame, host) =>
        void setTimeout(
          () => host.answer(frame, openResult({ open: { script: { source: "export default () => 7" } } })),
          400,
        ),
    });
    expect(await sandbox.ended).toMatchObject({ code: 0 });
    expect(sandbox.result()).toEqual({ ok: true, value: 7 });
  });

  test("a host that refuses or garbles session.open ends it with 69 and the reason", async () => {
    for (const [answer, reason] of [
      [
        {
          error: {
            code: 1002,
            message: "speaks 2 only",
            data: { kind: "unsupported_protocol", supported: [2] },
          },
        },
        "speaks 2 only",
      ],
      [{ result: { protocol: 1 } }, "invalid"],
      [{ result: { ...openResult(), protocol: 2 } }, "protocol 2"],
    ] as const) {
      const sandbox = startSandbox({
        runtime,
        script: "export default () => 1",
        onOpen: ({ id }, host) => host.send({ id, ...answer }),
      });
      expect(await sandbox.ended).toMatchObject({ code: 69 });
      expect(sandbox.stderr()).toContain(reason);
    }
  });

  test("hides the token from the script, /proc included", async () => {
    const token = "tok-'\"$`\\-secret";
    const sandbox = startSandbox({
      runtime,
      environment: { SANDPIPE_HTTP_TOKEN: token },
      script: `import fs from "node:fs"; import {execFileSync} from "node:child_process";
        export default () => [Object.values(process.env), fs.readFileSync("/proc/self/environ", "latin1"), fs.readFileSync("/proc/self/cmdline", "latin1"), String(execFileSync("env")), fs.readdirSync("/proc/self/fd").length > 0].join()`,
    });
    expect(await sandbox.ended).toMatchObject({ code: 0 });
    expect(sandbox.result()["value"]).not.toContain("tok-");
    expect(sandbox.result()["value"]).not.toContain("secret");
  });

  test("gives a grandchild descriptors 0, 1 and 2 only, none of them the wire", async () => {
    for (const wire of ["socket", "pipe"] as const) {
      const sandbox = startSandbox({
        runtime,
        wire,
        environment: { SANDPIPE_HTTP_TOKEN: "t" },
        script: `import {execFileSync, spawnSync} from "node:child_process"; import fs from "node:fs";
          export default async (ctx) => {
            const wire = fs.readlinkSync("/proc/self/fd/4"); console.log({a: 1}); await ctx.call("echo", {});
            const list = (stdio) => String(spawnSync("sh", ["-c", 'for fd in /proc/$$/fd/*; do echo "\${fd##*/} $(readlink $fd)"; done >&2'], {stdio: [stdio, stdio, "pipe"]}).stderr);
            return {wire, inherit: list("inherit"), pipe: list("pipe")}; }`,
      });
      expect(await sandbox.ended).toMatchObject({ code: 0 });
      const { wire: at, inherit, pipe } = sandbox.result()["value"] as Record<string, string>;
      for (const told of [inherit, pipe]) {
        const descriptors = String(told)
          .trim()
          .split("\n")
          .map((line) => parseInt(line))
          .sort((a, b) => a - b);
        // The shell's own for its list, 10 and above or 3, lead nowhere outside.
        expect(descriptors.slice(0, 3)).toEqual([0, 1, 2]);
        expect(told).not.toContain(String(at));
      }
    }
  });

  test("takes no configuration from the working folder", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `export default () => [process.env.FROM_DOTENV ?? null, globalThis.preloaded ?? null]`,
      files: {
        ".env": "FROM_DOTENV=1\n",
        "bunfig.toml": 'preload = ["./preload.mjs"]\n',
        "preload.mjs": "globalThis.preloaded = 1",
      },
    });
    await sandbox.ended;
    expect(sandbox.result()).toEqual({ ok: true, value: [null, null] });
  });
});

test("without any Bun it runs on Node, and says so when it is asked for Bun", () => {
  // A copy far from any node_modules, with a PATH that holds no bun.
  const folder = temporaryFolder();
  spawnSync("sh", [
    "-c",
    'mkdir "$1/bin" "$1/tools" && cp "$0" "$1/bin/sandpipe-sandbox" && ln -s "$2" "$1/tools/node"',
    COMMAND,
    folder,
    process.execPath,
  ]);
  const command = join(folder, "bin/sandpipe-sandbox");
  const env = { PATH: `${join(folder, "tools")}:/bin:/usr/bin` };
  const asked = spawnSync(command, ["--runtime", "bun", "x.mjs"], { encoding: "utf8", env });
  expect({ status: asked.status, stderr: asked.stderr }).toEqual({
    status: 64,
    stderr: "sandpipe-sandbox: no Bun found: install the package bun, or put bun on PATH\n",
  });
  const node = spawnSync(command, ["x.mjs"], { encoding: "utf8", env });
  expect(node.stderr).toContain(join(folder, "dist/main.js"));
});
