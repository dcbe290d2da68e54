import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureInstalled } from "../scripts/services/install.js";
import { run } from "./run-script.js";

/** Tells what became of each call: a result, or the code of its refusal. */
const ATTEMPT = `
  const attempt = (method, params) => ctx.call(method, params).then(
    (result) => ({ result }), (error) => ({ code: error.code, kind: error.data?.kind, message: error.message }));
`;

describe.each(["bun", "node"])("a hostile script under %s", (runtime) => {
  let folder: string;
  let data: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-hostile-"));
    data = join(folder, "data.txt");
    writeFileSync(data, "original bytes");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function resultOf(body: string, ...options: string[]): Promise<unknown> {
    const path = join(folder, "script.mjs");
    writeFileSync(path, `export default async (ctx) => {${ATTEMPT}${body}};`);
    const report = await run(path, "--runtime", runtime, "--import", data, ...options);
    expect(report.outcome).toBe("ok");
    return report.result;
  }

  it("changes its own copy of a materialised file, and neither the stored bytes nor the next session's", async () => {
    const store = ["--store", join(folder, `${runtime}.db`), "--isolation", "none"];
    const harm = `
      const fs = await import("node:fs");
      const [file] = await ctx.files.list();
      const path = await ctx.files.materialize(file.id);
      fs.chmodSync(path, 0o600);
      fs.writeFileSync(path, "tampered bytes");
      return [await ctx.files.text(file.id), (await ctx.files.materialize(file.id)) === path,
        fs.readFileSync(path, "utf8")];
    `;
    expect(await resultOf(harm, ...store)).toEqual(["original bytes", true, "original bytes"]);
    const look = `
      const [file] = await ctx.files.list();
      return (await import("node:fs")).readFileSync(await ctx.files.materialize(file.id), "utf8");
    `;
    expect(await resultOf(look, ...store)).toBe("original bytes");
  });

  it("can't change a materialised file at all where it is isolated", async () => {
    ensureInstalled("/usr/bin/bwrap", "bubblewrap");
    const body = `
      const fs = await import("node:fs");
      const [file] = await ctx.files.list();
      const path = await ctx.files.materialize(file.id);
      const codeOf = (harm) => { try { harm(); } catch (error) { return error.code; } };
      return [codeOf(() => fs.chmodSync(path, 0o600)), codeOf(() => fs.writeFileSync(path, "tampered")),
        fs.readFileSync(path, "utf8")];
    `;
    expect(await resultOf(body, "--isolation", "bwrap")).toEqual([
      "EROFS",
      // The file's own mode may refuse before the mount does.
      expect.stringMatching(/^(EROFS|EACCES)$/),
      "original bytes",
    ]);
  });

  it("gets nothing adopted that isn't a plain file of its scratch folder", async () => {
    const body = `
      const fs = await import("node:fs");
      const { execFileSync } = await import("node:child_process");
      const { join } = await import("node:path");
      const at = (name) => join(ctx.scratch, name);
      fs.symlinkSync("/etc/passwd", at("link"));
      fs.writeFileSync(at("twice"), "x");
      fs.linkSync(at("twice"), at("hard"));
      fs.mkdirSync(at("folder"));
      execFileSync("mkfifo", [at("fifo")]);
      const paths = ["link", "hard", "folder", "fifo", "/etc/passwd", "../../etc/passwd", "%2e%2e/x", "a\\u0000", "..",
        "\\ud800", "x".repeat(10000), "nowhere"];
      const outcomes = [];
      for (const path of paths) outcomes.push((await attempt("files.adopt", { path })).code);
      fs.writeFileSync(at("good"), "good");
      const good = await attempt("files.adopt", { path: "good" });
      return { outcomes, size: good.result?.size, files: (await ctx.files.list()).map((file) => file.name) };
    `;
    expect(await resultOf(body)).toEqual({
      outcomes: Array.from({ length: 12 }, () => -32_602),
      size: 4,
      files: ["data.txt", "good"],
    });
  });

  it("reads a text whose escapes fill many frames whole, and is told when it asks for too much", async () => {
    const text = `${'\u0001é"\\\n😀'.repeat(250_000)}end`;
    writeFileSync(data, text);
    const body = `
      const [file] = await ctx.files.list();
      const text = await ctx.files.text(file.id);
      const digest = (await import("node:crypto")).createHash("sha256").update(text).digest("hex");
      const all = await attempt("files.read", { fileId: file.id, length: file.size, encoding: "utf8" });
      const much = await attempt("files.read", { fileId: file.id, length: 700000, encoding: "utf8" });
      return { same: digest === file.sha256, codes: [all, much].map(({ code, kind }) => [code, kind]) };
    `;
    expect(await resultOf(body)).toEqual({
      same: true,
      codes: [
        [1005, "limit_exceeded"],
        [1005, "limit_exceeded"],
      ],
    });
    writeFileSync(data, "original bytes");
  });

  it("learns nothing of what is outside its scope", async () => {
    const body = `
      const answers = [];
      for (const fileId of ["nowhere", "../data.txt", "__proto__", "' OR 1=1 --", "a\\u0000b"]) {
        answers.push(JSON.stringify(await attempt("files.get", { fileId })));
      }
      const scope = await attempt("files.list", { projectId: "another" });
      return { same: new Set(answers).size, first: JSON.parse(answers[0]).code, scope: scope.code };
    `;
    expect(await resultOf(body)).toEqual({ same: 1, first: 1003, scope: 1004 });
  });
});
