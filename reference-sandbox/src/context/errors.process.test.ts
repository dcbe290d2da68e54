import { describe, expect, test } from "vitest";
import { startHttpHost } from "../testing/http-host.js";
import { RUNTIMES } from "../testing/runtimes.js";
import { openResult, startSandbox, type Sandbox, type SentFrame } from "../testing/start-sandbox.js";

interface Case {
  readonly name: string;
  /** One expression that rejects or throws, or one that iterates. */
  readonly act: string;
  readonly code: number | string;
  /** What the message says: what is wrong, and what to do. */
  readonly says: RegExp;
}

const SLOW = '"select sum(hash(range)) from range(1000000000000)"';

/** Each error that an author can meet over stdio, once for each way in. */
const CASES: readonly Case[] = [
  { name: "the host's own code", act: `ctx.call("refuse")`, code: 2001, says: /^the wall is wet$/ },
  {
    name: "files.get of what isn't there",
    act: `ctx.files.get("missing")`,
    code: 1003,
    says: /no such file/,
  },
  { name: "files.text", act: `ctx.files.text("missing")`, code: 1003, says: /no such file/ },
  { name: "files.bytes", act: `ctx.files.bytes("missing")`, code: 1003, says: /no such file/ },
  { name: "files.read", act: `ctx.files.read("missing")`, code: 1003, says: /no such file/ },
  { name: "files.csv", act: `ctx.files.csv("missing")`, code: 1003, says: /no such file/ },
  { name: "files.stream", act: `all(ctx.files.stream("missing"))`, code: 1003, says: /no such file/ },
  { name: "files.materialize", act: `ctx.files.materialize("missing")`, code: 1003, says: /no such file/ },
  { name: "files.list", act: `ctx.files.list("missing")`, code: 1004, says: /out of scope/ },
  { name: "files.write", act: `ctx.files.write("missing", "x")`, code: 1005, says: /too many files/ },
  {
    name: "files.write by parts",
    act: `ctx.files.write("missing", (async function* () { yield "x" })())`,
    code: 1005,
    says: /too many files/,
  },
  {
    name: "files.json of no JSON",
    act: `ctx.files.json("f1")`,
    code: "invalid_file",
    says: /file f1 is no JSON: /,
  },
  {
    name: "files.csv of no CSV",
    act: `ctx.files.csv("f1")`,
    code: "invalid_file",
    says: /file f1 is no such CSV: .*line 2/,
  },
  {
    name: "registerFile of an unknown kind",
    act: `ctx.duckdb.registerFile("t", "f1")`,
    code: "invalid_file",
    says: /pass \{format\}/,
  },
  { name: "conversation.get", act: `ctx.conversation.get("missing")`, code: 1004, says: /out of scope/ },
  {
    name: "a call that takes too long",
    act: `ctx.call("never", {}, {timeoutMs: 20})`,
    code: "timeout",
    says: /within 20 ms.*longer timeoutMs/,
  },
  {
    name: "a call that is aborted",
    act: `ctx.call("never", {}, {signal: AbortSignal.timeout(20)})`,
    code: "cancelled",
    says: /cancelled by the script/,
  },
  {
    name: "params that are too large",
    act: `ctx.call("echo", {x: "x".repeat(200_000)})`,
    code: "limit_exceeded",
    says: /the host takes 65536: send less, or by parts/,
  },
  {
    name: "params that JSON can't hold",
    act: `ctx.call("echo", {x: 1n})`,
    code: "not_serializable",
    says: /params of echo can't be sent as JSON/,
  },
  {
    name: "an answer that is none",
    act: `ctx.call("garbled")`,
    code: "invalid_response",
    says: /fault of the host/,
  },
  {
    name: "an emit that is too large",
    act: `ctx.emit("e", {"text/plain": "x".repeat(200_000)})`,
    code: "limit_exceeded",
    says: /session\.emit would be a frame of/,
  },
  {
    name: "a datasource that isn't there",
    act: `ctx.datasource("warehouse")`,
    code: "not_available",
    says: /no datasource "warehouse": the host named none/,
  },
  {
    name: "SQL that is none",
    act: `ctx.duckdb.query("selekt 1")`,
    code: "sql_error",
    says: /syntax error at or near "selekt"/,
  },
  {
    name: "a stream of SQL that is none",
    act: `all(ctx.duckdb.stream("selekt 1"))`,
    code: "sql_error",
    says: /selekt/,
  },
  {
    name: "a query that takes too long",
    act: `ctx.duckdb.query(${SLOW}, [], {timeoutMs: 20})`,
    code: "timeout",
    says: /more than 20 ms.*longer timeoutMs/,
  },
  {
    name: "a query that is aborted",
    act: `ctx.duckdb.query(${SLOW}, [], {signal: AbortSignal.timeout(20)})`,
    code: "cancelled",
    says: /cancelled by the script/,
  },
  {
    name: "a result that is too large",
    act: `ctx.duckdb.query("from range(2_000_000)")`,
    code: "limit_exceeded",
    says: /ctx\.duckdb\.stream\(\)/,
  },
  {
    name: "rows that don't fit a table",
    act: `ctx.duckdb.registerRows("r", [{a: 1}, {a: "x"}], {types: {a: "integer"}})`,
    code: "sql_error",
    says: /a/,
  },
];

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  refuse: [2001, "the wall is wet"],
  "files.list": [1004, "out of scope"],
  "conversations.get": [1004, "out of scope"],
  "files.write": [1005, "too many files"],
  "files.create": [1005, "too many files"],
};

function respond(frame: SentFrame, host: Sandbox): void {
  const { id, method, params } = frame;
  if (method === "never") return;
  if (method === "garbled") return host.send({ id, result: 1, error: { code: 1, message: "both" } });
  const [code, message] = REFUSALS[method] ?? (params["fileId"] === "missing" ? [1003, "no such file"] : []);
  if (code !== undefined) return host.send({ id, error: { code, message } });
  if (method === "files.get") return host.answer(frame, { id: "f1", name: "f1", size: 8, projectId: "p1" });
  const bytes = Buffer.from("{\n1,2\n");
  const encoding = params["encoding"] as BufferEncoding;
  const content = bytes.toString(encoding);
  host.answer(frame, { content, encoding, offset: 0, length: bytes.length, size: bytes.length, eof: true });
}

const HEAD = `const all = async (pieces) => { for await (const piece of pieces) void piece };
const tell = (error) => ({name: error.name, code: error.code, message: error.message, stack: String(error.stack)});
export default async (ctx) => { const out = [];`;

describe.each(RUNTIMES)("an error that an author meets on %s", (runtime) => {
  test("is a SandpipeError with a code, a message that says what to do, and the author's line", async () => {
    const lines = CASES.map(
      ({ act }) => `try { await ${act}; out.push(null) } catch (error) { out.push(tell(error)) }`,
    );
    const sandbox = startSandbox({
      runtime,
      script: `${HEAD}\n${lines.join("\n")}\nreturn out }`,
      limits: { maxFrameBytes: 65_536 },
      open: { scratch: { path: "/tmp" } },
      onCall: respond,
    });
    await sandbox.ended;
    expect(sandbox.result()).toMatchObject({ ok: true });
    const told = sandbox.result()["value"] as ({
      name: string;
      code: unknown;
      message: string;
      stack: string;
    } | null)[];
    const firstLine = HEAD.split("\n").length + 1;
    const seen = CASES.map(({ name, says }, index) => {
      const error = told[index];
      const line = new RegExp(`script\\.mjs:${firstLine + index}\\b`);
      return {
        name,
        is: error?.name,
        code: error?.code,
        says: says.test(error?.message ?? "") || error?.message,
        line: line.test(error?.stack ?? "") || error?.stack,
      };
    });
    expect(seen).toEqual(
      CASES.map(({ name, code }) => ({ name, is: "SandpipeError", code, says: true, line: true })),
    );
  });

  test("of top-level code that asks too early, or of a transport that broke, says so too", async () => {
    const early = startSandbox({
      runtime,
      // The host answers only when the top-level code has run.
      onOpen: (frame, host) => void host.process.stderr?.once("data", () => host.answer(frame, openResult())),
      script: `import {writeSync} from "node:fs"; let told; try { ctx.params } catch (error) { told = [error.code, error.message] } writeSync(2, "ran"); export default () => told`,
    });
    await early.ended;
    expect(early.result()["value"]).toEqual(["not_open", expect.stringContaining("await ctx.opened")]);

    const host = await startHttpHost({
      on({ frame, req, usual }) {
        if (frame.method === "break") req.socket.destroy();
        else usual();
      },
    });
    const script = `export default async (ctx) => {\n try { await ctx.call("break") } catch ({name, code, message, data, stack}) { return {name, code, message, data, here: stack.includes("script.mjs:2")} } }`;
    const broken = startSandbox({ runtime, script, environment: host.environment });
    await broken.ended;
    expect(host.result()["value"]).toEqual({
      name: "SandpipeError",
      code: "transport_lost",
      message: expect.stringMatching(/^break: .*; it may have run$/),
      data: { mayHaveRun: true },
      here: true,
    });
  });
});
