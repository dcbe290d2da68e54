import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, asyncProperty, boolean, nat, tuple } from "fast-check";
import Database from "libsql";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { holds, seededBytes } from "../store/seeded-property.js";
import { openStore } from "../store/open-store.js";
import { closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function begin(
  session: TestSession,
  name = "a.bin",
): Promise<(offset: number, content: string) => Promise<number>> {
  const { uploadId } = await session.call("files.create", { name });
  ids.set(session, uploadId);
  return async (offset, content) =>
    (await session.call("files.append", { uploadId, offset, content, encoding: "utf8" })).offset;
}
const ids = new WeakMap<TestSession, string>();
const idOf = (session: TestSession): string => ids.get(session) as string;

async function refusedAppend(session: TestSession, offset: number, content: string): Promise<void> {
  const params = { uploadId: idOf(session), offset, content, encoding: "utf8" };
  expect(await session.refused("files.append", params)).toMatchObject({ code: -32_602 });
}

describe("an upload", () => {
  it("is invisible before its commit and whole after it", async () => {
    const session = openTestSession();
    const append = await begin(session);
    await append(0, "abc");
    await append(3, "déf");
    expect(await session.call("files.list")).toEqual({ files: [] });
    expect(await session.refused("files.get", { fileId: idOf(session) })).toMatchObject({ code: 1003 });
    const info = await session.call("files.commit", {
      uploadId: idOf(session),
      sha256: sha256(Buffer.from("abcdéf")),
    });
    expect(info).toMatchObject({ name: "a.bin", size: 7, projectId: "p1", conversationId: "c1" });
    expect(await session.call("files.list")).toEqual({ files: [info] });
    const read = await session.call("files.read", { fileId: info.id, encoding: "utf8" });
    expect(read.content).toBe("abcdéf");
  });

  it("takes an exact repeat of a part, and no other offset, length or bytes", async () => {
    const session = openTestSession();
    const append = await begin(session);
    expect(await append(0, "")).toBe(0);
    expect(await append(0, "aaaa")).toBe(4);
    expect(await append(0, "aaaa")).toBe(4);
    expect(await append(4, "bb")).toBe(6);
    expect(await append(4, "bb")).toBe(6);
    expect(await append(0, "aaaa")).toBe(4);
    await refusedAppend(session, 0, "aaab");
    await refusedAppend(session, 0, "aaa");
    await refusedAppend(session, 0, "aaaab");
    await refusedAppend(session, 2, "aa");
    await refusedAppend(session, 5, "b");
    await refusedAppend(session, 7, "c");
    await refusedAppend(session, 2 ** 52, "c");
    await refusedAppend(session, -1, "c");
    expect(await session.call("files.commit", { uploadId: idOf(session) })).toMatchObject({ size: 6 });
  });

  it("joins any parts, each of them repeated or not", async () => {
    await holds(
      asyncProperty(
        array(tuple(nat({ max: 300_000 }), boolean()), { maxLength: 8 }),
        nat(),
        async (plan, seed) => {
          const session = openTestSession();
          const { uploadId } = await session.call("files.create", { name: "a" });
          const parts: Buffer[] = [];
          let offset = 0;
          for (const [size, again] of plan) {
            const part = seededBytes(size, seed + offset);
            const params = {
              uploadId,
              offset,
              content: part.toString("base64"),
              encoding: "base64" as const,
            };
            for (let n = 0; n < (again ? 2 : 1); n += 1) {
              expect(await session.call("files.append", params)).toEqual({ offset: offset + size });
            }
            offset += size;
            parts.push(part);
          }
          const whole = Buffer.concat(parts);
          const info = await session.call("files.commit", { uploadId, sha256: sha256(whole) });
          expect(info).toMatchObject({ size: whole.length, sha256: sha256(whole) });
          await closeTestSessions();
        },
      ),
      20,
    );
  });

  it("repeats its FileInfo for a repeated commit and stores one file", async () => {
    const session = openTestSession();
    const append = await begin(session);
    await append(0, "abc");
    const params = { uploadId: idOf(session) };
    const [first, second] = await Promise.all([
      session.call("files.commit", params),
      session.call("files.commit", params),
    ]);
    expect(second).toEqual(first);
    expect(await session.call("files.commit", params)).toEqual(first);
    expect((await session.call("files.list")).files).toEqual([first]);
    await refusedAppend(session, 3, "more");
    expect(await session.refused("files.commit", { ...params, sha256: "00" })).toMatchObject({
      code: -32_602,
    });
  });

  it("is refused by another hash, stays open, and is taken by its own in any case", async () => {
    const session = openTestSession();
    const append = await begin(session);
    await append(0, "abc");
    for (const wrong of ["", "00", sha256(Buffer.from("abd"))]) {
      const params = { uploadId: idOf(session), sha256: wrong };
      expect(await session.refused("files.commit", params)).toMatchObject({ code: -32_602 });
    }
    expect(await session.call("files.list")).toEqual({ files: [] });
    await append(3, "d");
    const right = sha256(Buffer.from("abcd")).toUpperCase();
    expect(await session.call("files.commit", { uploadId: idOf(session), sha256: right })).toMatchObject({
      size: 4,
    });
  });

  it("belongs to its session alone and ends with it", async () => {
    const session = openTestSession();
    const append = await begin(session);
    await append(0, "x".repeat(600_000));
    const other = openTestSession({ store: session.store });
    const answer = await other.refused("files.commit", { uploadId: "nowhere" });
    expect(answer).toMatchObject({ code: 1003 });
    expect(await other.refused("files.commit", { uploadId: idOf(session) })).toEqual(answer);
    await session.dispose();
    expect(await session.refused("files.commit", { uploadId: idOf(session) })).toMatchObject({ code: 1003 });
    expect(await other.call("files.list")).toEqual({ files: [] });
  });

  it("leaves no byte in the store when it ends uncommitted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-uploads-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const store = openStore(join(folder, "s.db"));
    const session = openTestSession({ store });
    const append = await begin(session);
    await append(0, "x".repeat(600_000));
    const rows = (): unknown => {
      const database = new Database(join(folder, "s.db"));
      const row = database.prepare("SELECT count(*) AS n FROM chunks").get([]) as { n: number };
      database.close();
      return row.n;
    };
    expect(rows()).toBe(2);
    await session.dispose();
    expect(rows()).toBe(0);
    await store.close();
  });

  it("refuses content that isn't what its encoding says", async () => {
    const session = openTestSession();
    const { uploadId } = await session.call("files.create", { name: "a" });
    for (const [encoding, content] of [
      ["utf8", "\ud800"],
      ["base64", "a"],
      ["base64", "YQ"],
      ["base64", "YR=="],
      ["base64", "YQ==\n"],
      ["base64", "Y Q="],
      ["base64", "_-8="],
      ["hex", "00"],
    ]) {
      const params = { uploadId, offset: 0, content, encoding };
      expect(await session.refused("files.append", params), content).toMatchObject({ code: -32_602 });
      // Bad params come before an upload that isn't there.
      expect(await session.refused("files.append", { ...params, uploadId: "?" })).toMatchObject({
        code: -32_602,
      });
    }
    const params = { uploadId, offset: 0, content: "", encoding: "base64" as const };
    expect(await session.call("files.append", params)).toEqual({ offset: 0 });
  });

  it("stays within what a session may write", async () => {
    const session = openTestSession({ limits: { fileBytes: 10, sessionBytes: 15, openUploads: 2 } });
    const append = await begin(session);
    await append(0, "0123456789");
    await expect(append(10, "x")).rejects.toMatchObject({ code: 1005 });
    expect(await append(0, "0123456789")).toBe(10);
    await session.call("files.commit", { uploadId: idOf(session) });
    const write = { name: "b", content: "012345", encoding: "utf8" };
    expect(await session.refused("files.write", write)).toMatchObject({ code: 1005 });
    expect(await session.call("files.write", { ...write, content: "01234", encoding: "utf8" })).toMatchObject(
      { size: 5 },
    );
    await session.call("files.create", { name: "c" });
    await session.call("files.create", { name: "c" });
    expect(await session.refused("files.create", { name: "c" })).toMatchObject({ code: 1005 });
  });
});

describe("files.write", () => {
  it("stores the content under the session's ids, for the next session to find", async () => {
    const session = openTestSession();
    const bytes = Buffer.from("\ufeffa\0b😀");
    for (const [encoding, content] of [
      ["utf8", bytes.toString()],
      ["base64", bytes.toString("base64")],
    ] as const) {
      const info = await session.call("files.write", {
        name: "out/ü.csv",
        content,
        encoding,
        mime: "text/csv",
      });
      expect(info).toMatchObject({
        name: "out/ü.csv",
        size: bytes.length,
        projectId: "p1",
        conversationId: "c1",
        mime: "text/csv",
        sha256: sha256(bytes),
      });
      const next = openTestSession({ store: session.store });
      expect(await next.call("files.get", { fileId: info.id })).toEqual(info);
      const read = await next.call("files.read", { fileId: info.id, encoding: "base64" });
      expect(Buffer.from(read.content, "base64").equals(bytes)).toBe(true);
    }
    const other = openTestSession({ store: session.store, session: { conversationId: "c2" } });
    expect(await other.call("files.list")).toEqual({ files: [] });
  });

  it("refuses a name or MIME type that can't be kept, and takes any other as a label", async () => {
    const session = openTestSession();
    const write = { name: "a", content: "", encoding: "utf8" as const };
    for (const wrong of ["", "a\0b", "\ud800", "é".repeat(513)]) {
      expect(await session.refused("files.write", { ...write, name: wrong })).toMatchObject({
        code: -32_602,
      });
      expect(await session.refused("files.create", { name: wrong })).toMatchObject({ code: -32_602 });
      if (wrong === "") continue;
      expect(await session.refused("files.write", { ...write, mime: wrong })).toMatchObject({
        code: -32_602,
      });
    }
    for (const name of [
      "../../etc/passwd",
      "%2e%2e%2f",
      "__proto__",
      "é".repeat(512),
      "a\nb",
      "'; DROP TABLE files",
    ]) {
      expect(await session.call("files.write", { ...write, name })).toMatchObject({ name });
    }
  });
});
