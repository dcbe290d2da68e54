import { asyncProperty, constantFrom, array, nat, record, string, uint8Array, option } from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { holds } from "../store/seeded-property.js";
import type { ContentEncoding, FilesReadParams } from "@sandpipe/spec/v1";
import { addFile, closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

/** Reads from the start to eof, each time from where the answer before has ended. */
async function readWhole(
  session: TestSession,
  fileId: string,
  encoding: ContentEncoding,
  options: { length?: number; maxResultBytes?: number } = {},
): Promise<Buffer> {
  const { length, maxResultBytes = session.maxResultBytes } = options;
  const parts: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const params: FilesReadParams = { fileId, encoding, offset, ...(length !== undefined && { length }) };
    const answer = await session.call("files.read", params, { maxResultBytes });
    const part = Buffer.from(answer.content, encoding);
    expect(answer).toMatchObject({
      encoding,
      offset,
      length: part.length,
      eof: offset + part.length === answer.size,
    });
    if (encoding === "utf8") expect(answer.content).not.toContain("\ufffd");
    parts.push(part);
    if (answer.eof) return Buffer.concat(parts);
    expect(part.length).toBeGreaterThan(0);
    offset += answer.length;
  }
}

describe("files.read", () => {
  it("breaks no character that straddles a block (R23)", async () => {
    const session = openTestSession();
    const text = `${"a".repeat(1023)}あ😀\n`;
    await addFile(session.store, "f1", text);
    for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9, 1024, 4096, undefined]) {
      const whole = await readWhole(session, "f1", "utf8", length === undefined ? {} : { length });
      expect(whole.toString()).toBe(text);
    }
  });

  it("parts join to the file, for any text, length and frame", async () => {
    await holds(
      asyncProperty(
        array(string({ unit: "binary", maxLength: 20 }), { maxLength: 5 }),
        record({ length: option(nat({ max: 50 }), { nil: undefined }), room: nat({ max: 300 }) }),
        async (texts, { length, room }) => {
          const session = openTestSession();
          const text = texts.join('\u0001"\\\n😀').toWellFormed().repeat(3);
          await addFile(session.store, "f1", text);
          const limits = length === undefined ? { maxResultBytes: 130 + room } : { length: length + 1 };
          expect((await readWhole(session, "f1", "utf8", limits)).toString()).toBe(text);
          expect((await readWhole(session, "f1", "base64", limits)).toString()).toBe(text);
          await closeTestSessions();
        },
      ),
      100,
    );
  });

  it("gives exactly the bytes of any range as base64", async () => {
    await holds(
      asyncProperty(
        uint8Array({ maxLength: 300 }),
        nat({ max: 400 }),
        nat({ max: 400 }),
        async (bytes, offset, length) => {
          const session = openTestSession();
          await addFile(session.store, "f1", bytes);
          const answer = await session.call("files.read", {
            fileId: "f1",
            offset,
            length,
            encoding: "base64",
          });
          const expected = Buffer.from(bytes).subarray(offset, offset + length);
          expect(answer).toEqual({
            content: expected.toString("base64"),
            encoding: "base64",
            offset,
            length: expected.length,
            size: bytes.length,
            eof: offset + expected.length >= bytes.length,
          });
          await closeTestSessions();
        },
      ),
      100,
    );
  });

  it("without length fills the frame: it fits, and no character more would", async () => {
    await holds(
      asyncProperty(
        array(constantFrom("a", "\u0000", "\n", '"', "\\", "é", "あ", "😀", "\u2028", "\u007f", "\ufeff"), {
          minLength: 200,
          maxLength: 400,
        }),
        nat({ max: 200 }),
        async (characters, room) => {
          const session = openTestSession();
          await addFile(session.store, "f1", characters.join(""));
          const maxResultBytes = 200 + room;
          const params = { fileId: "f1", encoding: "utf8" as const };
          const answer = await session.call("files.read", params, { maxResultBytes });
          const size = Buffer.byteLength(JSON.stringify(answer));
          expect(size).toBeLessThanOrEqual(maxResultBytes);
          // Six for the longest escape, and what the reserved digits of the numbers may leave.
          if (!answer.eof) expect(size).toBeGreaterThan(maxResultBytes - 6 - 6);
          await closeTestSessions();
        },
      ),
      60,
    );
  });

  it("fills a frame of a megabyte from a larger file", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "\u0001é".repeat(700_000));
    for (const encoding of ["utf8", "base64"] as const) {
      const answer = await session.call("files.read", { fileId: "f1", encoding });
      const size = Buffer.byteLength(JSON.stringify(answer));
      expect(size).toBeLessThanOrEqual(session.maxResultBytes);
      expect(size).toBeGreaterThan(session.maxResultBytes - 20);
    }
    expect((await readWhole(session, "f1", "utf8")).length).toBe(2_100_000);
  });

  it("keeps a byte order mark, NUL and line separators", async () => {
    const session = openTestSession();
    const text = "\ufeffa\0\u2028\u2029\r\n\ufeff";
    await addFile(session.store, "f1", text);
    expect((await session.call("files.read", { fileId: "f1", encoding: "utf8" })).content).toBe(text);
  });

  it("returns one whole character where less was asked for, but nothing for nothing", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "😀b");
    const read = (length: number, offset = 0): Promise<unknown> =>
      session.call("files.read", { fileId: "f1", offset, length, encoding: "utf8" });
    for (const length of [1, 2, 3, 4]) {
      expect(await read(length)).toMatchObject({ content: "😀", length: 4, size: 5, eof: false });
    }
    expect(await read(5)).toMatchObject({ content: "😀b", length: 5, eof: true });
    expect(await read(0)).toMatchObject({ content: "", length: 0, eof: false });
    expect(await read(0, 5)).toMatchObject({ content: "", length: 0, eof: true });
    expect(await read(9, 99)).toMatchObject({ content: "", offset: 99, length: 0, size: 5, eof: true });
    expect(await read(1e300, 1e300)).toMatchObject({ content: "", length: 0, eof: true });
  });

  it("refuses a negative value, another encoding, an offset inside a character", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "😀b");
    const whole = { fileId: "f1", encoding: "utf8" };
    for (const wrong of [
      ...[{ offset: -1 }, { length: -1 }, { offset: 0.5 }, { offset: "0" }, { offset: null }],
      ...["utf-8", "UTF8", "base64url", "", null, "hex"].map((encoding) => ({ encoding })),
      ...[1, 2, 3].flatMap((offset) => [{ offset }, { offset, length: 0 }, { offset, length: 1 }]),
      { encoding: undefined },
      { fileId: undefined },
    ]) {
      expect(
        await session.refused("files.read", { ...whole, ...wrong }),
        JSON.stringify(wrong),
      ).toMatchObject({
        code: -32_602,
      });
    }
    // The same offset is right for bytes.
    expect(await session.call("files.read", { fileId: "f1", offset: 1, encoding: "base64" })).toMatchObject({
      length: 4,
    });
  });

  it("sends a file that is no UTF-8 to base64 instead of mending it", async () => {
    const session = openTestSession();
    for (const [n, bytes] of [
      [0x61, 0xff],
      [0xc3],
      [0x61, 0xe3, 0x81],
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
    ].entries()) {
      await addFile(session.store, `f${n}`, Uint8Array.from(bytes));
      const answer = await session.refused("files.read", { fileId: `f${n}`, encoding: "utf8" });
      expect(answer).toMatchObject({ code: -32_602 });
      expect(answer.message).toContain("base64");
      expect((await readWhole(session, `f${n}`, "base64")).equals(Uint8Array.from(bytes))).toBe(true);
    }
  });

  it("sends a length that fits to the byte, at the file's end and before it", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "a".repeat(30_001));
    for (const encoding of ["utf8", "base64"] as const) {
      for (const length of [9_999, 10_000, 10_001, 30_001]) {
        const params = { fileId: "f1", length, encoding };
        const answer = await session.call("files.read", params);
        const maxResultBytes = Buffer.byteLength(JSON.stringify(answer));
        expect(await session.call("files.read", params, { maxResultBytes })).toEqual(answer);
        if (encoding === "utf8") continue;
        await expect(
          session.call("files.read", params, { maxResultBytes: maxResultBytes - 1 }),
        ).rejects.toMatchObject({ code: 1005 });
      }
    }
  });

  it("says how much fits when more was asked for, without reading it", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "x".repeat(2_000_000));
    for (const encoding of ["utf8", "base64"] as const) {
      const answer = await session.refused("files.read", { fileId: "f1", length: 2_000_000, encoding });
      expect(answer).toMatchObject({ code: 1005, data: { kind: "limit_exceeded" } });
      const most = Number(/At most (\d+)/.exec(answer.message)?.[1]);
      expect((await session.call("files.read", { fileId: "f1", length: most, encoding })).length).toBe(most);
    }
    // A length beyond the end of a file that fits is no fault.
    await addFile(session.store, "f2", "abc");
    expect(
      await session.call("files.read", { fileId: "f2", length: 2 ** 52, encoding: "utf8" }),
    ).toMatchObject({
      content: "abc",
    });
  });
});
