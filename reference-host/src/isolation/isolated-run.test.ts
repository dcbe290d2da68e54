import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createContractMethods } from "../methods/contract.js";
import { createHost } from "../run/create-host.js";
import { PROBE_FILES, probe, processesNaming, runProbe, startProbe, until } from "../run/probe-run.js";
import type { RunOptions } from "../run/run-options.js";
import { openStore } from "../store/index.js";
import { needBwrap } from "./need-bwrap.js";

let folder: string;
beforeAll(async () => {
  await needBwrap();
  folder = mkdtempSync(join(tmpdir(), "isolated-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isolated = (code: string, options: Partial<RunOptions> = {}) =>
  runProbe(code, { isolation: "bwrap", ...options });

/** The same code bare does what isolation forbids: so each claim is about isolation, and not about the probe. */
const both = async (code: string, options: Partial<RunOptions> = {}) => {
  const [inside, outside] = await Promise.all([
    isolated(code, options),
    runProbe(code, { isolation: "none", ...options }),
  ]);
  expect(inside).toMatchObject({ outcome: "ok", isolation: "bwrap" });
  expect(outside).toMatchObject({ outcome: "ok", isolation: "none" });
  return { inside: inside.result, outside: outside.result };
};

const TRY = `const attempt = async (work) => { try { return await work(); } catch (error) { return error.code ?? error.message; } };`;

describe("an isolated script", () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((socket) => socket.on("error", () => undefined).end("hello"));
    await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  test("reaches no address, not even the host's loopback, and resolves no name", async () => {
    const { inside, outside } = await both(`
      ${TRY}
      import { connect } from "node:net";
      import { lookup } from "node:dns/promises";
      import { networkInterfaces } from "node:os";
      await open();
      const reach = (host, port) => attempt(() => new Promise((done, fail) => {
        const socket = connect({ host, port, timeout: 2000 }, () => { done("reached"); socket.destroy(); });
        socket.on("error", fail).on("timeout", () => { done("silent"); socket.destroy(); });
      }));
      await result({
        loopback: await reach("127.0.0.1", ${port}),
        interfaces: Object.keys(networkInterfaces()).filter((name) => name !== "lo"),
        elsewhere: (await reach("192.0.2.1", 443)) === "ENETUNREACH",
        abstract: await attempt(() => lookup("sandpipe.invalid")) !== undefined,
      });
    `);
    expect(inside).toMatchObject({ loopback: "ECONNREFUSED", interfaces: [], elsewhere: true });
    expect(outside).toMatchObject({ loopback: "reached" });
  });

  test("reads no file of the host beyond runtime, script and session, and writes only to its scratch folder", async () => {
    const secret = join(folder, "secret.txt");
    writeFileSync(secret, "key");
    const written = resolve(import.meta.dirname, "../../fixtures/written-by-a-test-");
    const { inside, outside } = await both(`
      ${TRY}
      import { readFileSync, writeFileSync, readdirSync } from "node:fs";
      const { result: { scratch } } = await open();
      const write = (path) => attempt(() => writeFileSync(path, "x") ?? "written");
      const where = (await attempt(() => readFileSync(${JSON.stringify(secret)}, "utf8"))) === "key" ? "outside" : "inside";
      await result({
        secret: await attempt(() => readFileSync(${JSON.stringify(secret)}, "utf8")),
        passwd: await attempt(() => readFileSync("/etc/passwd", "utf8").trim().split("\\n").length === 1),
        shadow: await attempt(() => readFileSync("/etc/shadow").length),
        home: await attempt(() => readdirSync("/root").length >= 0),
        scratch: await write(scratch.path + "/x"),
        usr: process.getuid() === 0 ? await attempt(() => { writeFileSync("/usr/sandpipe-test", "x"); return "written"; }) : "EROFS",
        root: await attempt(() => { writeFileSync("/sandpipe-test", "x"); return "written"; }),
        package: await attempt(() => { writeFileSync(${JSON.stringify(written)} + where, "x"); return "written"; }),
      });
    `);
    rmSync("/usr/sandpipe-test", { force: true });
    rmSync("/sandpipe-test", { force: true });
    // A checkout below /tmp lies in what is a folder of the script's own inside: what counts is the host's disk.
    const onDisk = ["inside", "outside"].map((where) => existsSync(written + where));
    for (const where of ["inside", "outside"]) rmSync(written + where, { force: true });
    expect(onDisk).toEqual([false, true]);
    expect(inside).toMatchObject({
      secret: "ENOENT",
      passwd: true,
      shadow: "ENOENT",
      home: "ENOENT",
      scratch: "written",
      usr: "EROFS",
      root: "EROFS",
    });
    expect(outside).toMatchObject({ secret: "key", passwd: false, scratch: "written", package: "written" });
  });

  test("sees and signals no process of the host", async () => {
    const { inside, outside } = await both(`
      ${TRY}
      import { readdirSync } from "node:fs";
      await open();
      await result({
        processes: readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length,
        host: await attempt(() => process.kill(${process.pid}, 0)),
        parent: process.ppid,
      });
    `);
    expect(inside).toEqual({ processes: 2, host: "ESRCH", parent: 1 });
    expect(outside).toMatchObject({ host: true });
  });

  test("has no capability, no setuid, and an environment of the contract, in every process it can see", async () => {
    process.env["PLANTED_SECRET"] = "not for scripts";
    const report = await isolated(
      `
      import { readFileSync, readdirSync } from "node:fs";
      await open();
      const status = readFileSync("/proc/self/status", "utf8");
      await result({
        capabilities: /CapEff:\\s+(\\w+)/.exec(status)[1], noNewPrivileges: /NoNewPrivs:\\s+(\\d)/.exec(status)[1],
        names: Object.keys(process.env).filter((name) => name !== "PWD"),
        first: readFileSync("/proc/1/environ", "utf8") + readFileSync("/proc/1/cmdline", "utf8"),
        descriptors: readdirSync("/proc/self/fdinfo").length >= 3,
      });
    `,
      { transport: "auto", env: { GIVEN: "by the run" } },
    );
    delete process.env["PLANTED_SECRET"];
    const seen = report.result as Record<string, string> & { names: string[] };
    expect(seen).toMatchObject({ capabilities: "0000000000000000", noNewPrivileges: "1" });
    expect(seen.names).toContain("SANDPIPE_HTTP_TOKEN");
    expect(seen.names).toContain("GIVEN");
    expect(seen.names).not.toContain("PLANTED_SECRET");
    expect(seen["first"]).not.toMatch(/TOKEN|PLANTED|GIVEN/);
  });

  test("has no descriptor that it wouldn't have bare", async () => {
    // A shell opens nothing of its own.
    const command = ["sh", "-c", "ls /proc/self/fd"];
    const [inside, outside] = await Promise.all(
      (["bwrap", "none"] as const).map(
        (isolation) => createHost({ isolation }).run({ command, session: { projectId: "p1" } }).report,
      ),
    );
    expect(Buffer.from(inside?.output ?? "", "base64").toString()).toMatch(/^0\n1\n2\n/);
    expect(inside?.output).toBe(outside?.output);
  });

  test("finds its own folder, read-only, and the packages that it can import; the store in that folder it doesn't", async () => {
    const project = join(folder, "project");
    mkdirSync(join(project, "analyses/parts"), { recursive: true });
    mkdirSync(join(project, "node_modules/shapes"), { recursive: true });
    mkdirSync(join(folder, "linked"));
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ type: "module", dependencies: { linked: "1" } }),
    );
    writeFileSync(join(project, "private.txt"), "no");
    writeFileSync(join(project, "node_modules/shapes/index.js"), "module.exports = 'shapes';");
    writeFileSync(join(folder, "linked/package.json"), JSON.stringify({ name: "linked", main: "a.cjs" }));
    writeFileSync(join(folder, "linked/a.cjs"), "module.exports = 'linked';");
    symlinkSync(join(folder, "linked"), join(project, "node_modules/linked"));
    const own = join(project, "analyses");
    for (const name of ["store.db", "store.db-wal"]) writeFileSync(join(own, name), "rows");
    writeFileSync(join(own, "parts/part.js"), "export default 'part';");
    const script = join(own, "script.js");
    writeFileSync(
      script,
      `import { open, result } from ${JSON.stringify(PROBE_FILES[0])};
       import { readFileSync, readdirSync, writeFileSync } from "node:fs";
       import part from "./parts/part.js";
       import shapes from "shapes";
       import linked from "linked";
       await open();
       const attempt = (work) => { try { return work(); } catch (error) { return error.code; } };
       await result({
         imports: [part, shapes, linked],
         own: readdirSync(${JSON.stringify(own)}).sort(),
         above: attempt(() => readFileSync(${JSON.stringify(join(project, "private.txt"))}, "utf8")),
         write: attempt(() => writeFileSync(${JSON.stringify(script)}, "")),
       });`,
    );
    const report = await createHost({ isolation: "bwrap", hidden: [join(own, "store.db")] }).run({
      command: [process.execPath, script],
      session: { projectId: "p1" },
      script: { path: script },
      readable: PROBE_FILES,
    }).report;
    expect(report).toMatchObject({
      outcome: "ok",
      result: {
        imports: ["part", "shapes", "linked"],
        own: ["parts", "script.js"],
        above: "ENOENT",
        write: "EROFS",
      },
    });
  });

  test("gets files as links that it can neither write, chmod, remove nor replace", async () => {
    const store = openStore(":memory:");
    await store.importFixture({
      projects: [{ id: "p1", name: "p1" }],
      files: [{ id: "f1", projectId: "p1", name: "a.csv", content: "a,b\n1,2\n", encoding: "utf8" }],
    });
    const host = createHost({ methods: [createContractMethods(store)], isolation: "bwrap" });
    const code = `
      ${TRY}
      import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
      import { dirname } from "node:path";
      const { result: { scratch, features } } = await open();
      const { result: { path } } = await call("files.materialize", { fileId: "f1" });
      const { result: again } = await call("files.materialize", { fileId: "f1" });
      writeFileSync(scratch.path + "/made.txt", "made");
      await result({
        feature: features.includes("isolation"),
        content: readFileSync(path, "utf8"), same: again.path === path, inode: statSync(path).ino,
        write: await attempt(() => writeFileSync(path, "x")), chmod: await attempt(() => chmodSync(path, 0o777)),
        remove: await attempt(() => rmSync(path)), rename: await attempt(() => renameSync(path, path + "2")),
        add: await attempt(() => writeFileSync(dirname(path) + "/more", "x")),
        adopted: (await call("files.adopt", { path: "made.txt" })).result.size,
      });`;
    const run = () =>
      host.run({ command: probe(code), session: { projectId: "p1" }, readable: PROBE_FILES }).report;
    const [one, two] = [await run(), await run()];
    for (const report of [one, two]) {
      expect(report).toMatchObject({
        outcome: "ok",
        result: {
          feature: true,
          content: "a,b\n1,2\n",
          same: true,
          write: "EROFS",
          chmod: "EROFS",
          remove: "EROFS",
          rename: "EROFS",
          add: "EROFS",
          adopted: 4,
        },
      });
    }
    // A hard link of the host's: nothing was copied for the second session.
    const inode = (report: { result?: unknown }) => (report.result as { inode: number }).inode;
    expect(inode(two)).toBe(inode(one));
    await store.close();
  });

  test("leaves nothing behind that left its group and session", async () => {
    const marker = `3600.${process.pid}`;
    const report = await isolated(`
      import { spawn } from "node:child_process";
      await open();
      spawn("setsid", ["sh", "-c", "sleep ${marker} & sleep ${marker}"], { detached: true, stdio: "ignore" });
      await new Promise((done) => setTimeout(done, 100));
      await result(1);
      process.exit(0);
    `);
    expect(report.outcome).toBe("ok");
    await until(() => processesNaming(marker).length === 0);
  });
});

describe("ending an isolated run", () => {
  test("close, EOF and SIGTERM reach the runtime itself, and SIGKILL takes everything", async () => {
    const marker = `3601.${process.pid}`;
    const report = await isolated(
      `
      import { spawn } from "node:child_process";
      await open();
      spawn("setsid", ["sleep", "${marker}"], { detached: true, stdio: "ignore" });
      let eof = false;
      process.stdin.on("end", () => { eof = true; });
      process.on("SIGTERM", () => raw(JSON.stringify({ eof, close: frames.at(-1).method })));
      setInterval(() => undefined, 1_000);
      `,
      { limits: { runTimeoutMs: 1_500 } },
    );
    expect(report).toMatchObject({ outcome: "timeout", exit: { signal: "SIGKILL" } });
    expect(JSON.parse(report.out)).toEqual({ eof: true, close: "session.close" });
    await until(() => processesNaming(marker).length === 0);
  });

  test("a runtime that does nothing about SIGTERM ends by it", async () => {
    const report = await isolated("await open(); setInterval(() => undefined, 1_000);", {
      limits: { runTimeoutMs: 1_000 },
    });
    expect(report).toMatchObject({ outcome: "timeout", exit: { signal: "SIGTERM" } });
  });

  test.each([
    ["process.exit(7)", { code: 7 }],
    [`process.kill(process.pid, "SIGKILL")`, { signal: "SIGKILL" }],
    [`process.kill(process.pid, "SIGSEGV")`, { signal: "SIGSEGV" }],
    ["process.abort()", { signal: "SIGABRT" }],
  ])("%s is reported as what it was", async (code, exit) => {
    expect(await isolated(`await open(); ${code}; await new Promise(() => undefined);`)).toMatchObject({
      outcome: "failed",
      exit,
    });
  });

  test("cancelled at any time it is killed, and leaves no process", async () => {
    for (const wait of [0, 1, 5, 10, 20, 40, 80, 160]) {
      const marker = `cancelled-${process.pid}-${wait}`;
      const run = startProbe(`/* ${marker} */ await open(); setInterval(() => undefined, 1_000);`, {
        isolation: "bwrap",
      });
      setTimeout(() => run.cancel("enough"), wait);
      expect(await run.report).toMatchObject({ outcome: "killed" });
      await until(() => processesNaming(marker).length === 0);
    }
  });

  test("a command that can't be executed is spawn_failed", async () => {
    const file = join(folder, "no-interpreter");
    writeFileSync(file, "#!/no/such/interpreter\n", { mode: 0o755 });
    for (const command of [["/no/such/command"], [file]]) {
      const run = createHost({ isolation: "bwrap" }).run({ command, session: { projectId: "p1" } });
      expect(await run.report).toMatchObject({
        outcome: "failed",
        phase: "spawn",
        error: { name: "spawn_failed" },
      });
    }
  });
});

describe("the transport of an isolated run", () => {
  test("HTTP comes by the bound Unix socket, whatever was asked for", async () => {
    const report = await isolated(
      `
      import { request } from "node:http";
      const { SANDPIPE_HTTP_URL: url, SANDPIPE_HTTP_TOKEN: token } = process.env;
      const post = (frame) => new Promise((done, fail) => {
        const headers = { Authorization: "Bearer " + token, "Content-Type": "application/json" };
        request({ socketPath: url.slice(5), path: "/api/mcp/rpc", method: "POST", headers }, async (res) => {
          let text = ""; for await (const chunk of res) text += chunk; done(JSON.parse(text));
        }).on("error", fail).end(JSON.stringify({ jsonrpc: "2.0", ...frame }));
      });
      await post({ id: 1, method: "session.open", params: openParams });
      const echo = await post({ id: 2, method: "conformance.echo", params: { a: 1 } });
      await post({ id: 3, method: "session.result", params: { ok: true, value: [url.slice(0, 5), echo.result] } });
      process.exit(0);
    `,
      { transport: "http", http: "tcp" },
    );
    expect(report).toMatchObject({ outcome: "ok", transport: "http", result: ["unix:", { a: 1 }] });
  });

  test("a megabyte each way passes through", async () => {
    const report = await isolated(
      `await open(); const text = "x".repeat(900_000); await result((await call("conformance.echo", { text })).result.text === text);`,
    );
    expect(report).toMatchObject({ outcome: "ok", result: true });
  });
});

test("what is to be readable and isn't there is named, and nothing is spawned", async () => {
  const report = await isolated("await open();", { readable: ["/no/such/folder"] });
  expect(report).toMatchObject({ outcome: "failed", phase: "spawn" });
  expect(report.error?.message).toContain("/no/such/folder");
});

test("nothing of a run stays in the temporary folder", async () => {
  const before = new Set(readdirSync(tmpdir()));
  const report = await isolated(`const { result: { scratch } } = await open(); await result(scratch.path);`);
  const left = readdirSync(tmpdir()).filter((name) => !before.has(name));
  expect(left.filter((name) => (report.result as string).includes(name))).toEqual([]);
});
