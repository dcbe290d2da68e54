import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { startSandbox, type Sandbox, type SentFrame } from "../testing/start-sandbox.js";

const BYTES = Buffer.from(`${"a".repeat(1_023)}あ😀\n`.repeat(300));

/** A host's `files.read`, with at most this many bytes an answer. */
function readRange({ params }: SentFrame, most: number): object {
  const offset = (params["offset"] as number | undefined) ?? 0;
  let end = Math.min(BYTES.length, offset + Math.min(most, (params["length"] as number | undefined) ?? most));
  if (params["encoding"] === "utf8")
    while (end < BYTES.length && ((BYTES[end] as number) & 0xc0) === 0x80) end--;
  const encoding = params["encoding"] as BufferEncoding;
  const content = BYTES.subarray(offset, end).toString(encoding);
  return { content, encoding, offset, length: end - offset, size: BYTES.length, eof: end === BYTES.length };
}

describe.each(RUNTIMES)("ctx on %s", (runtime) => {
  const ask = async (body: string, onCall?: (frame: SentFrame, host: Sandbox) => void): Promise<unknown> => {
    const script = `export default async (ctx) => { ${body} }`;
    const sandbox = startSandbox({ runtime, script, ...(onCall === undefined ? {} : { onCall }) });
    await sandbox.ended;
    expect(sandbox.result()).toMatchObject({ ok: true });
    return sandbox.result()["value"];
  };

  test("files.list follows its pages and takes a conversation as text or in params", async () => {
    const asked: unknown[] = [];
    const value = await ask(
      `return [await ctx.files.list("c1"), await ctx.files.list({conversationId: "c1"}), (await ctx.files.list()).length]`,
      (frame, host) => {
        asked.push(frame.params);
        const page = Number(frame.params["cursor"] ?? 0);
        host.answer(frame, {
          files: [{ id: `f${page}` }],
          ...(page < 2 ? { nextCursor: String(page + 1) } : {}),
        });
      },
    );
    const all = [{ id: "f0" }, { id: "f1" }, { id: "f2" }];
    expect(value).toEqual([all, all, 3]);
    expect(asked.slice(0, 3)).toEqual([
      { conversationId: "c1" },
      { conversationId: "c1", cursor: "1" },
      { conversationId: "c1", cursor: "2" },
    ]);
    expect(asked.slice(3, 4)).toEqual(asked.slice(0, 1));
    expect(asked[6]).toEqual({});
  });

  test.each([1_000, 65_536, 10_000_000])(
    "files.text and bytes join ranges of %d bytes to the file",
    async (most) => {
      const value = await ask(
        `const [text, bytes] = [await ctx.files.text("f1"), await ctx.files.bytes("f1")];
       const crypto = await import("node:crypto"); const hash = (data) => crypto.createHash("sha256").update(data).digest("hex");
       return [text.length, hash(text), hash(bytes)]`,
        (frame, host) => host.answer(frame, readRange(frame, most)),
      );
      const { createHash } = await import("node:crypto");
      const hash = createHash("sha256").update(BYTES).digest("hex");
      expect(value).toMatchObject([BYTES.toString().length, hash, hash]);
    },
  );

  test("files.read, get, json, write, materialize, project and conversation are the contract's methods", async () => {
    const asked: unknown[] = [];
    const value = await ask(
      `return [await ctx.files.read("f1"), await ctx.files.read("f1", {offset: 1, length: 2, encoding: "base64"}), await ctx.files.get("f1"),
        await ctx.files.json("f2"), await ctx.files.write("a.txt", "é"), await ctx.files.write("b.bin", new Uint8Array([1, 255]), {mime: "x/y"}),
        await ctx.files.materialize("f1"), await ctx.project.get(), await ctx.conversation.get()]`,
      (frame, host) => {
        asked.push([frame.method, frame.params]);
        const answers: Record<string, unknown> = {
          "files.read": {
            content: '\ufeff{"a":1}',
            encoding: "utf8",
            offset: 0,
            length: 10,
            size: 10,
            eof: true,
          },
          "files.materialize": { path: "/data/f1.csv" },
          "projects.get": { id: "p1", name: "P" },
          "conversations.get":
            frame.params["cursor"] === undefined
              ? {
                  id: "c1",
                  projectId: "p1",
                  messages: [{ role: "user", content: "1", at: "" }],
                  nextCursor: "n",
                }
              : { id: "c1", projectId: "p1", messages: [{ role: "user", content: "2", at: "" }] },
        };
        host.answer(frame, answers[frame.method] ?? { id: "f1" });
      },
    );
    expect(asked).toEqual([
      ["files.read", { fileId: "f1", encoding: "utf8" }],
      ["files.read", { fileId: "f1", offset: 1, length: 2, encoding: "base64" }],
      ["files.get", { fileId: "f1" }],
      ["files.read", { fileId: "f2", encoding: "utf8", offset: 0 }],
      ["files.write", { name: "a.txt", content: "é", encoding: "utf8" }],
      ["files.write", { name: "b.bin", content: "Af8=", encoding: "base64", mime: "x/y" }],
      ["files.materialize", { fileId: "f1" }],
      ["projects.get", {}],
      ["conversations.get", {}],
      ["conversations.get", { cursor: "n" }],
    ]);
    const [, , , json, , , path, , conversation] = value as unknown[];
    expect(json).toEqual({ a: 1 });
    expect(path).toBe("/data/f1.csv");
    expect(conversation).toEqual({
      id: "c1",
      projectId: "p1",
      messages: [
        { role: "user", content: "1", at: "" },
        { role: "user", content: "2", at: "" },
      ],
    });
  });

  test("progress, emit and log are sent in order, also before the session is open", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `ctx.emit("early", {"text/plain": "e"}); export default (ctx) => {
        ctx.progress(0.5, "half"); ctx.progress({message: "only"}); ctx.progress({fraction: 2}); ctx.progress(NaN);
        ctx.emit("chart", {"application/json": {a: [1, null]}}, {id: "c"}); ctx.log("for", {you: 1}); }`,
    });
    await sandbox.ended;
    const told = sandbox.frames.filter(
      ({ method }) => method === "session.emit" || method === "session.progress",
    );
    expect(told.map(({ params }) => params)).toEqual([
      { name: "early", data: { "text/plain": "e" } },
      { fraction: 0.5, message: "half" },
      { message: "only" },
      { fraction: 1 },
      {},
      { id: "c", name: "chart", data: { "application/json": { a: [1, null] } } },
    ]);
    expect(sandbox.printed("stderr")).toMatch(/^for \{\s*you: 1,?\s*\}\n$/);
  });

  test("a datasource that isn't there says which ones are", async () => {
    expect(
      await ask(`try { ctx.datasource("x") } catch ({code, message}) { return {code, message} }`),
    ).toEqual({
      code: "not_available",
      message: 'no datasource "x": the host named none',
    });
  });
});
