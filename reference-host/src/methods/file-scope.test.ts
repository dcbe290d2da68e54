import { afterEach, describe, expect, it } from "vitest";
import type { ContractMethod } from "@sandpipe/spec/v1";
import { addFile, closeTestSessions, openTestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

const BY_FILE: readonly [ContractMethod, object][] = [
  ["files.get", {}],
  ["files.read", { encoding: "utf8" }],
  ["files.read", { encoding: "base64", offset: 1, length: 1 }],
  ["files.materialize", {}],
];

const HOSTILE = [
  ...["../f1", "/etc/passwd", "f1\0", "f1\0x", "%66%31", "f%", "f_", "f1 ", " f1", "F1", "f1/", "./f1", ""],
  ...["__proto__", "constructor", "toString", "' OR 1=1 --", '"', "\ud800", "f\ud800", "x".repeat(500_000)],
];

describe("a file id outside the scope", () => {
  it.each(BY_FILE)("is not_found for %s %j like one that doesn't exist", async (method, more) => {
    const session = openTestSession();
    await addFile(session.store, "f1", "SECRET");
    await addFile(session.store, "theirs", "SECRET", { conversationId: "c2" });
    await addFile(session.store, "foreign", "SECRET", { projectId: "p2" });
    await addFile(session.store, "f\ufffd", "SECRET");
    const expected = await session.refused(method, { ...more, fileId: "nowhere" });
    expect(expected).toMatchObject({ code: 1003, data: { kind: "not_found" } });
    for (const fileId of ["theirs", "foreign", ...HOSTILE]) {
      expect(await session.refused(method, { ...more, fileId }), JSON.stringify(fileId)).toEqual(expected);
    }
    await session.call(method, { ...more, fileId: "f1" } as never);
  });

  it("is judged by the value that is read, however often the member was sent (R10)", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "mine");
    await addFile(session.store, "foreign", "SECRET", { projectId: "p2" });
    const outcomes = [];
    for (const text of [
      '{"fileId":"f1","fileId":"foreign","encoding":"utf8"}',
      '{"fileId":"foreign","fileId":"f1","encoding":"utf8"}',
      '{"fileId":"f1","file\\u0049d":"foreign","encoding":"utf8"}',
    ]) {
      const params = JSON.parse(text) as never;
      outcomes.push(
        await session.call("files.read", params).then(
          (answer) => answer.content,
          (error: Error) => error.message,
        ),
      );
    }
    expect(outcomes.join()).not.toContain("SECRET");
    expect(outcomes[1]).toBe("mine");
  });

  it("belongs to another project even where a conversation of the same id is the session's", async () => {
    const session = openTestSession();
    await addFile(session.store, "f1", "SECRET", { projectId: "p2", conversationId: "c1" });
    expect(await session.refused("files.get", { fileId: "f1" })).toMatchObject({ code: 1003 });
  });
});
