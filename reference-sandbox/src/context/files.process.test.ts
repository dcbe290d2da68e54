import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { startSandbox, type Sandbox, type SentFrame } from "../testing/start-sandbox.js";

const MB = 1024 * 1024;

/** A host's store of one file and of uploads. */
function createStore(bytes: Buffer, most: number) {
  const uploads = new Map<string, Buffer[]>();
  const stored: { name: string; bytes: Buffer }[] = [];
  let asked = 0;
  let answered = 0;
  let mostAhead = 0;
  const respond = (frame: SentFrame, host: Sandbox): void => {
    const { params } = frame;
    const refuse = (code: number, message: string): void =>
      host.send({ id: frame.id, error: { code, message } });
    switch (frame.method) {
      case "files.read": {
        if (params["fileId"] === "missing") return refuse(1003, "no such file");
        asked++;
        mostAhead = Math.max(mostAhead, asked - answered);
        const offset = Number(params["offset"] ?? 0);
        const end = Math.min(bytes.length, offset + Math.min(most, Number(params["length"] ?? most)));
        const part = bytes.subarray(offset, end);
        // Later: so that what was asked ahead is there together.
        return void setImmediate(() => {
          answered++;
          host.answer(frame, {
            content: part.toString(params["encoding"] as BufferEncoding),
            encoding: params["encoding"],
            offset,
            length: part.length,
            size: bytes.length,
            eof: end === bytes.length,
          });
        });
      }
      case "files.write": {
        const content = Buffer.from(String(params["content"]), params["encoding"] as BufferEncoding);
        stored.push({ name: String(params["name"]), bytes: content });
        return host.answer(frame, { id: "w" });
      }
      case "files.create":
        uploads.set("u1", []);
        return host.answer(frame, { uploadId: "u1" });
      case "files.append": {
        const parts = uploads.get(String(params["uploadId"])) ?? [];
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        if (params["offset"] !== length) return refuse(-32602, "wrong offset");
        parts.push(Buffer.from(String(params["content"]), "base64"));
        return host.answer(frame, { offset: parts.reduce((sum, part) => sum + part.length, 0) });
      }
      case "files.commit": {
        const content = Buffer.concat(uploads.get(String(params["uploadId"])) ?? []);
        const sha256 = createHash("sha256").update(content).digest("hex");
        if (params["sha256"] !== sha256) return refuse(-32602, "wrong hash");
        stored.push({ name: "committed", bytes: content });
        return host.answer(frame, { id: "u", size: content.length });
      }
      default:
        return host.answer(frame, params ?? null);
    }
  };
  return { stored, respond, mostAhead: () => mostAhead };
}

describe.each(RUNTIMES)("ctx.files on %s", (runtime) => {
  const run = async (bytes: Buffer, body: string, { most = MB / 2, maxFrameBytes = MB } = {}) => {
    const store = createStore(bytes, most);
    const sandbox = startSandbox({
      runtime,
      script: `import {createHash} from "node:crypto";
        const attempt = async (act) => { try { return await act() } catch ({name, code, message, stack}) { return {name, code, message, stack} } };
        export default async (ctx) => { ${body} }`,
      limits: { maxFrameBytes },
      open: { scratch: { path: "/tmp" } },
      onCall: store.respond,
    });
    expect(await sandbox.ended).toMatchObject({ code: 0 });
    expect(sandbox.result()).toMatchObject({ ok: true });
    return { value: sandbox.result()["value"], ...store, frames: sandbox.frames };
  };

  test("stream gives the file's bytes in order, from any range, also where the host answers with less than asked", async () => {
    const bytes = Buffer.from(Array.from({ length: 100_003 }, (_, n) => (n * 7) % 251));
    const ranges = [
      {},
      { offset: 5 },
      { offset: 99_999 },
      { length: 1 },
      { offset: 10, length: 70_001 },
      { length: 0 },
      { offset: 100_003 },
    ];
    const { value } = await run(
      bytes,
      `const out = []; for (const range of ${JSON.stringify(ranges)}) { const hash = createHash("sha256"); let size = 0;
         for await (const piece of ctx.files.stream("f1", range)) { hash.update(piece); size += piece.length } out.push([size, hash.digest("hex")]) } return out`,
      { most: 9_001 },
    );
    expect(value).toEqual(
      ranges.map(({ offset = 0, length = bytes.length }: { offset?: number; length?: number }) => {
        const part = bytes.subarray(offset, offset + length);
        return [part.length, createHash("sha256").update(part).digest("hex")];
      }),
    );
  });

  test("stream of 64 MB holds a few ranges, not the file", async () => {
    const bytes = Buffer.alloc(64 * MB, "0123456789abcdef");
    const { value, mostAhead } = await run(
      bytes,
      `(await import("node:v8")).setFlagsFromString?.("--expose-gc");
       const gc = globalThis.Bun?.gc ?? (await import("node:vm")).runInNewContext("gc");
       const turn = () => new Promise((done) => setImmediate(done));
       // Twice: buffers are freed a turn after what held them.
       const memory = async () => { gc(true); await turn(); gc(true); const {heapUsed, external, rss} = process.memoryUsage(); return {held: heapUsed + external, rss} };
       for await (const piece of ctx.files.stream("f1", {length: 1})) void piece;
       const before = await memory(); let size = 0, pieces = 0, held = 0, rss = 0;
       for await (const piece of ctx.files.stream("f1")) {
         size += piece.length; if (++pieces % 16 !== 0) continue;
         const now = await memory(); held = Math.max(held, now.held - before.held); rss = Math.max(rss, now.rss - before.rss);
       }
       return {size, held, rss}`,
      { most: 750_000 },
    );
    const { size, held, rss } = value as { size: number; held: number; rss: number };
    expect(size).toBe(64 * MB);
    expect(mostAhead()).toBeLessThanOrEqual(5);
    expect(held).toBeLessThan(24 * MB);
    expect(rss).toBeLessThan((64 + 24) * MB);
  });

  test("a stream that is left early asks no more, and one that fails says where it was asked for", async () => {
    const bytes = Buffer.alloc(MB);
    const { value, frames } = await run(
      bytes,
      `for await (const piece of ctx.files.stream("f1")) { void piece; break }
       const {stack, ...rest} = await attempt(async () => { for await (const piece of ctx.files.stream("missing")) void piece });
       return {...rest, here: /script\\.mjs/.test(stack)}`,
      { most: 1_000 },
    );
    expect(frames.filter(({ method }) => method === "files.read").length).toBeLessThan(10);
    expect(value).toEqual({ name: "SandpipeError", code: 1003, message: "no such file", here: true });
  });

  test("write takes text, bytes and streams of any size; parts only where one frame is too small", async () => {
    const { stored, frames } = await run(
      Buffer.from("x"),
      `const big = "é😀\\n".repeat(60_000);
       await ctx.files.write("small.txt", "é"); await ctx.files.write("small.bin", new Uint8Array([0, 255]));
       await ctx.files.write("escapes.txt", "\\u0001".repeat(20_000)); await ctx.files.write("big.txt", big);
       await ctx.files.write("big.bin", new Uint8Array(200_000).fill(7));
       async function* pieces() { const buffer = Buffer.alloc(3); for (let n = 0; n < 60_000; n++) { buffer.fill(n % 256); yield n % 2 ? "é" : buffer } }
       await ctx.files.write("stream.bin", pieces()); await ctx.files.write("empty.bin", (async function* () {})());
       await ctx.files.write("web.bin", new Response("web".repeat(50_000)).body); return null`,
      { maxFrameBytes: 65_536 },
    );
    const streamed = Buffer.concat(
      Array.from({ length: 60_000 }, (_, n) => (n % 2 ? Buffer.from("é") : Buffer.alloc(3, n % 256))),
    );
    const expected = [
      Buffer.from("é"),
      Buffer.from([0, 255]),
      Buffer.alloc(20_000, 1),
      Buffer.from("é😀\n".repeat(60_000)),
      Buffer.alloc(200_000, 7),
      streamed,
      Buffer.alloc(0),
      Buffer.from("web".repeat(50_000)),
    ];
    expect(stored.map(({ bytes }) => createHash("sha256").update(bytes).digest("hex"))).toEqual(
      expected.map((bytes) => createHash("sha256").update(bytes).digest("hex")),
    );
    expect(frames.filter(({ method }) => method === "files.write")).toHaveLength(2);
    for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThanOrEqual(65_536);
  });

  test("csv gives rows by name, whatever the ranges; a file that is none is told with its line", async () => {
    const text = '\ufeffid,name,id\r\n1,"a, ""b""\nc",x\r\n\r\n2,あ😀,y\r\n';
    const { value } = await run(
      Buffer.from(text),
      `return [await ctx.files.csv("f1"), (await ctx.files.csv("f1", {columns: ["a", "b", "c"]})).length]`,
      { most: 5 },
    );
    expect(value).toEqual([
      [
        { id: "1", name: 'a, "b"\nc', id_1: "x" },
        { id: "2", name: "あ😀", id_1: "y" },
      ],
      3,
    ]);
    const bad = await run(
      Buffer.from("a,b\n1,2\n3\n"),
      `const {stack, ...rest} = await attempt(() => ctx.files.csv("f1")); return rest`,
    );
    expect(bad.value).toEqual({
      name: "SandpipeError",
      code: "invalid_file",
      message: expect.stringMatching(/f1.*line 3/),
    });
  });

  test("json of what is none says which file, adopt takes a name or a path in scratch", async () => {
    const { value, frames } = await run(
      Buffer.from("{no"),
      `const {code, message} = await attempt(() => ctx.files.json("f1"));
       await ctx.files.adopt("a.parquet", {name: "b.parquet", mime: "x/y"}); await ctx.files.adopt(ctx.scratch + "/c.csv"); return {code, message}`,
    );
    expect(value).toEqual({ code: "invalid_file", message: expect.stringContaining("file f1 is no JSON") });
    expect(frames.filter(({ method }) => method === "files.adopt").map(({ params }) => params)).toEqual([
      { path: "a.parquet", name: "b.parquet", mime: "x/y" },
      { path: "c.csv" },
    ]);
  });

  test("emit shows tables and charts in their forms", async () => {
    const { frames } = await run(
      Buffer.alloc(0),
      `ctx.emit("t", ctx.table([{a: 1, b: "x|y"}, {a: null, c: [1]}, {a: 3}], {maxRows: 2}), {id: "t"});
       ctx.emit("c", ctx.chart({mark: "bar"})); ctx.emit("s", ctx.chart("<svg/>")); ctx.emit("p", ctx.chart(new Uint8Array([0x89, 0x50, 0x4e, 0x47])));
       return (await attempt(() => ctx.chart("text"))).message`,
    );
    expect(
      frames.filter(({ method }) => method === "session.emit").map(({ params }) => params["data"]),
    ).toEqual([
      {
        "application/json": {
          columns: [{ name: "a" }, { name: "b" }, { name: "c" }],
          rows: [
            [1, "x|y", null],
            [null, null, [1]],
          ],
          truncated: true,
        },
        "text/markdown":
          "| a | b | c |\n| --- | --- | --- |\n| 1 | x\\|y |  |\n|  |  | [1] |\n\n… and 1 more rows\n",
      },
      { "application/vnd.vegalite.v5+json": { mark: "bar" } },
      { "image/svg+xml": "<svg/>" },
      { "image/png": { base64: "iVBORw==" } },
    ]);
  });
});
