import { afterEach, describe, expect, it } from "vitest";
import { openStore } from "../store/open-store.js";
import { seededBytes } from "../store/seeded-property.js";
import type { ContentWriter, Store } from "../store/store.js";
import { closeTestSessions, openTestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

/** The same object, but every method answers by a promise, turns later: as a store across a network would. */
function answersLater<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, member) {
      const value = Reflect.get(object, member) as unknown;
      if (typeof value !== "function" || member === "sha256") return value;
      if (member === "writeContent") return () => answersLater((value as () => ContentWriter)());
      return async (...values: unknown[]) => {
        for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        return Reflect.apply(value, object, values) as unknown;
      };
    },
  });
}

describe("the contract's methods over a store that answers later", () => {
  it("take parts of an upload that are sent without waiting, in their order", async () => {
    const store: Store = answersLater(openStore(":memory:"));
    const session = openTestSession({ store });
    const { uploadId } = await session.call("files.create", { name: "a" });
    const bytes = seededBytes(900_000, 7);
    const append = (offset: number): Promise<{ offset: number }> =>
      session.call("files.append", {
        uploadId,
        offset,
        content: bytes.subarray(offset, offset + 100_000).toString("base64"),
        encoding: "base64",
      });
    const offsets = Array.from({ length: 9 }, (_, n) => n * 100_000);
    // Each part twice, and the commit behind them, all at once.
    const answers = offsets.flatMap((offset) => [append(offset), append(offset)]);
    const commits = [1, 2].map(() => session.call("files.commit", { uploadId }));
    for (const [n, answer] of (await Promise.all(answers)).entries()) {
      expect(answer).toEqual({ offset: (Math.floor(n / 2) + 1) * 100_000 });
    }
    const [info, again] = await Promise.all(commits);
    expect(again).toEqual(info);
    expect((await session.call("files.list")).files).toEqual([info]);
    const { path } = await session.call("files.materialize", { fileId: info?.id ?? "" });
    expect(path).toContain("/inputs/a");
    const read = await session.call("files.read", {
      fileId: info?.id ?? "",
      offset: 5,
      length: 10,
      encoding: "base64",
    });
    expect(Buffer.from(read.content, "base64").equals(bytes.subarray(5, 15))).toBe(true);
  });

  it("refuse as they do over any store", async () => {
    const session = openTestSession({ store: answersLater(openStore(":memory:")) });
    expect(await session.refused("files.get", { fileId: "nowhere" })).toMatchObject({ code: 1003 });
    expect(await session.refused("files.list", { projectId: "p2" })).toMatchObject({ code: 1004 });
    expect(await session.refused("projects.get", {})).toMatchObject({ code: 1003 });
    expect(await session.refused("conversations.get", {})).toMatchObject({ code: 1003 });
    const info = await session.call("files.write", { name: "a", content: "é", encoding: "utf8" });
    const inside = { fileId: info.id, offset: 1, encoding: "utf8" };
    expect(await session.refused("files.read", inside)).toMatchObject({ code: -32_602 });
  });
});
