import { describe, expect, test } from "vitest";
import { startHttpHost } from "../testing/http-host.js";
import { RUNTIMES } from "../testing/runtimes.js";
import { startSandbox, type Sandbox, type StartOptions } from "../testing/start-sandbox.js";

interface Request {
  readonly id: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

describe.each(RUNTIMES)("version 0 on %s", (runtime) => {
  /** A host as the founding document has it: a line that is a request is answered, any other is output. */
  const run = async (
    body: string,
    respond: (request: Request, host: Sandbox) => void = ({ id, params }, host) =>
      void host.stdin.write(`${JSON.stringify({ id, result: params })}\n`),
    more: Partial<StartOptions> = {},
  ) => {
    const requests: Request[] = [];
    const output: string[] = [];
    const sandbox = startSandbox({
      runtime,
      script: `export default async (ctx) => { ${body} }`,
      ...more,
      environment: { SANDPIPE_PROTOCOL: undefined, SANDPIPE_TRANSPORT: undefined, ...more.environment },
    });
    let rest = "";
    sandbox.stdout.on("data", (text: string) => {
      expect(text).not.toContain("\x1e");
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const request = readRequest(line);
        if (request === undefined) output.push(line);
        else {
          requests.push(request);
          respond(request, sandbox);
        }
      }
    });
    const ended = await sandbox.ended;
    return {
      ...ended,
      requests,
      output: [...output, ...(rest === "" ? [] : [rest])],
      stderr: sandbox.stderr(),
    };
  };

  test.each(["socket", "pipe"] as const)(
    "calls, prints in order and the result as the last line, over a %s",
    async (wire) => {
      const { code, requests, output, stderr } = await run(
        `console.log("a", 1); process.stdout.write("half"); const got = await ctx.call("files.read", {text: "a\\u2028b –é😀"});
       console.log("after"); console.error("err"); return {got, n: 1}`,
        undefined,
        { wire },
      );
      expect(code).toBe(0);
      expect(requests).toEqual([{ id: "req-1", method: "files.read", params: { text: "a\u2028b –é😀" } }]);
      expect(output).toEqual([
        "a 1",
        "half",
        "after",
        JSON.stringify({ got: { text: "a\u2028b –é😀" }, n: 1 }),
      ]);
      expect(stderr).toBe("err\n");
    },
  );

  test("an answer finds its call in any order, cut anywhere, among others in one read; an unknown one is ignored", async () => {
    const held: Request[] = [];
    const { output, requests } = await run(
      `return {all: await Promise.all([1, 2, 3].map((n) => ctx.call("m", {n})))}`,
      (request, host) => {
        if (held.push(request) < 3) return;
        const lines = held
          .toReversed()
          .map(({ id, params }) => `${JSON.stringify({ id, result: { ...params, text: "é😀\u2028" } })}\n`);
        const bytes = Buffer.from(`noise\n{"id":"req-99","result":1}\n${lines.join("")}`);
        for (const byte of bytes) host.stdin.write(Buffer.from([byte]));
      },
    );
    expect(new Set(requests.map(({ id }) => id)).size).toBe(3);
    const text = "é😀\u2028";
    expect(JSON.parse(output.at(-1) ?? "")).toEqual({ all: [1, 2, 3].map((n) => ({ n, text })) });
  });

  test("an error rejects with the host's text; neither member is undefined", async () => {
    const { output } = await run(
      `let caught; try { await ctx.call("files.drop") } catch (error) { caught = [error.name, error.code, error.message] } return {caught, nothing: await ctx.call("nothing") === undefined}`,
      ({ id, method }, host) =>
        void host.stdin.write(
          method === "nothing" ? `{"id":"${id}"}\n` : `{"id":"${id}","error":"Unknown method"}\n`,
        ),
    );
    expect(JSON.parse(output.at(-1) ?? "")).toEqual({
      caught: ["SandpipeError", "host_error", "Unknown method"],
      nothing: true,
    });
  });

  test("files.list takes the host's bare array, and a conversation as the document writes it", async () => {
    const { output, requests } = await run(
      `return {files: await ctx.files.list("c1")}`,
      ({ id }, host) => void host.stdin.write(`{"id":"${id}","result":[{"name":"a.csv"}]}\n`),
    );
    expect(requests).toEqual([{ id: "req-1", method: "files.list", params: { conversationId: "c1" } }]);
    expect(output).toEqual(['{"files":[{"name":"a.csv"}]}']);
  });

  test("a result that is no object is put into one; a throw is told on stderr and ends it with 1", async () => {
    for (const [value, line] of [
      ["[1, 2]", '{"result":[1,2]}'],
      ["undefined", '{"result":null}'],
      ['"text"', '{"result":"text"}'],
    ])
      expect((await run(`return ${value}`)).output).toEqual([line]);
    const failed = await run(`console.log("before"); throw new TypeError("no way")`);
    expect(failed).toMatchObject({ code: 1, output: ["before"] });
    expect(failed.stderr).toContain("TypeError: no way");
  });

  test("a host that closes stdin at once loses its calls only", async () => {
    const { code, output } = await run(
      `let caught; try { await ctx.call("m") } catch (error) { caught = error.code } return {caught}`,
      (_, host) => void host.stdin.end(),
    );
    expect({ code, output }).toEqual({ code: 0, output: ['{"caught":"transport_lost"}'] });
  });

  test("what the version doesn't have says so", async () => {
    const { output } = await run(
      `const code = (act) => { try { act(); return "none" } catch (error) { return error.code } };
       return {emit: code(() => ctx.emit("x", {"text/plain": "y"})), progress: code(() => ctx.progress(0.5)), session: code(() => ctx.session), params: code(() => ctx.params), datasource: code(() => ctx.datasource("x")),
         sql: await ctx.duckdb.query("select 1 a")}`,
    );
    expect(JSON.parse(output.at(-1) ?? "")).toEqual({
      emit: "not_available",
      progress: "none",
      session: "not_available",
      params: "none",
      datasource: "not_available",
      sql: [{ a: 1 }],
    });
  });

  test("large prints before process.exit arrive whole", async () => {
    const { code, output } = await run(
      `for (let n = 0; n < 50; n++) console.log("x".repeat(10240)); process.stdout.write("end"); process.exit(4)`,
    );
    expect(code).toBe(4);
    expect(output.map(({ length }) => length)).toEqual([...Array.from({ length: 50 }, () => 10_240), 3]);
  });

  test("SANDPIPE_PROTOCOL 0 is version 0, and 0,1 is not", async () => {
    expect((await run(`return {}`, undefined, { environment: { SANDPIPE_PROTOCOL: "0" } })).output).toEqual([
      "{}",
    ]);
    const both = startSandbox({
      runtime,
      script: `export default () => 1`,
      environment: { SANDPIPE_PROTOCOL: "0,1" },
    });
    expect(await both.ended).toMatchObject({ code: 0 });
    expect(both.result()).toEqual({ ok: true, value: 1 });
  });

  test("over HTTP it has files.list by GET, and says so of anything else", async () => {
    const http = await startHttpHost({ on: ({ res }) => void res.end('[{"name":"a.csv"}]') });
    const { code, output, requests } = await run(
      `let caught; try { await ctx.call("files.read", {}) } catch (error) { caught = error.code }
       return {files: await ctx.files.list("c 1"), project: await ctx.files.list({projectId: "p&1"}), caught}`,
      undefined,
      { environment: { SANDPIPE_TRANSPORT: "http", SANDPIPE_HTTP_URL: http.url } },
    );
    expect({ code, requests }).toEqual({ code: 0, requests: [] });
    expect(JSON.parse(output.at(-1) ?? "")).toEqual({
      files: [{ name: "a.csv" }],
      project: [{ name: "a.csv" }],
      caught: "not_available",
    });
    expect(http.requests.map(({ method, url }) => [method, url])).toEqual([
      ["GET", "/api/mcp/files?conversation_id=c+1"],
      ["GET", "/api/mcp/files?project_id=p%261"],
    ]);
  });
});

function readRequest(line: string): Request | undefined {
  try {
    const value = JSON.parse(line) as Partial<Request>;
    if (typeof value.id === "string" && typeof value.method === "string") return value as Request;
  } catch {
    // Output.
  }
  return undefined;
}
