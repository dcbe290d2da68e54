import { array, asyncProperty, integer, nat } from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { holds } from "../store/seeded-property.js";
import type { FilesListParams } from "@sandpipe/spec/v1";
import { addFile, closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

async function idsOf(session: TestSession, params: FilesListParams = {}): Promise<string[]> {
  return (await session.call("files.list", params)).files.map((file) => file.id);
}

async function filled(session: TestSession): Promise<void> {
  await addFile(session.store, "own", "1");
  await addFile(session.store, "mine", "22", { conversationId: "c1" });
  await addFile(session.store, "theirs", "333", { conversationId: "c2" });
  await addFile(session.store, "foreign", "4444", { projectId: "p2" });
  await addFile(session.store, "foreign-c1", "4444", { projectId: "p2", conversationId: "c1" });
}

describe("files.list", () => {
  it("lists the project's own files and the session's conversation's", async () => {
    const session = openTestSession();
    await filled(session);
    expect(await idsOf(session)).toEqual(["own", "mine"]);
    expect(await idsOf(session, { projectId: "p1" })).toEqual(["own", "mine"]);
    expect(await idsOf(session, { conversationId: "c1" })).toEqual(["mine"]);
    expect(await idsOf(session, { projectId: "p1", conversationId: "c1" })).toEqual(["mine"]);
  });

  it("lists the project's own files only for a session without a conversation", async () => {
    const whole = openTestSession();
    await filled(whole);
    const session = openTestSession({ store: whole.store, session: { conversationId: undefined } });
    expect(await idsOf(session)).toEqual(["own"]);
    expect(await session.refused("files.list", { conversationId: "c1" })).toMatchObject({ code: 1004 });
  });

  it("gives the same answer for a foreign id and one that doesn't exist", async () => {
    const session = openTestSession();
    await filled(session);
    for (const member of ["projectId", "conversationId"]) {
      const answers = [];
      for (const id of ["p2", "c2", "nowhere", "", "P1", "p1\0", "../p1", "__proto__", "x".repeat(100_000)]) {
        answers.push(await session.refused("files.list", { [member]: id }));
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject({ code: 1004, data: { kind: "out_of_scope" } });
    }
  });

  it("pages give every file once, in order, while others are added", async () => {
    await holds(
      asyncProperty(
        integer({ min: 1, max: 5 }),
        array(nat({ max: 2 }), { maxLength: 15 }),
        async (limit, arrivals) => {
          const session = openTestSession();
          let count = 0;
          const arrive = async (files: number): Promise<void> => {
            for (let n = 0; n < files; n += 1) {
              const conversationId = ["c1", "c2", undefined][count % 3];
              await addFile(
                session.store,
                `f${count}`,
                "x",
                conversationId === undefined ? {} : { conversationId },
              );
              count += 1;
            }
          };
          await arrive(7);
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await session.call("files.list", { limit, ...(cursor !== undefined && { cursor }) });
            expect(page.files.length).toBeLessThanOrEqual(limit);
            seen.push(...page.files.map((file) => file.id));
            cursor = page.nextCursor;
            await arrive(arrivals.shift() ?? 0);
          } while (cursor !== undefined);
          const all = Array.from({ length: count }, (_, n) => n).filter((n) => n % 3 !== 1);
          // What came after the last page was asked for is in no page; everything else is in exactly one.
          expect(seen).toEqual(all.slice(0, seen.length).map((n) => `f${n}`));
          expect(seen.length).toBeGreaterThanOrEqual(5);
          await closeTestSessions();
        },
      ),
      30,
    );
  });

  it("shortens a page to what fits one frame", async () => {
    const session = openTestSession();
    for (let n = 0; n < 200; n += 1)
      await addFile(session.store, `f${n}`, "x", { name: `${"é".repeat(400)}${n}` });
    const maxResultBytes = 65_436;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await session.call(
        "files.list",
        { ...(cursor !== undefined && { cursor }) },
        { maxResultBytes },
      );
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(maxResultBytes);
      seen.push(...page.files.map((file) => file.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => `f${n}`));
  });

  it("refuses what is no cursor of its own before it looks at the scope", async () => {
    const session = openTestSession();
    for (const cursor of [
      "",
      " ",
      "-1",
      "1.5",
      "zzzzzzzzzzzz",
      "A",
      "1\0",
      "../1",
      "1".repeat(50_000),
      "\ud800",
    ]) {
      expect(await session.refused("files.list", { cursor, projectId: "p2" })).toMatchObject({
        code: -32_602,
      });
    }
    for (const params of [
      { limit: 0 },
      { limit: -1 },
      { limit: 1.5 },
      { limit: "1" },
      { projectId: 1 },
      [],
    ]) {
      expect(await session.refused("files.list", params)).toMatchObject({ code: -32_602 });
    }
    expect(await session.call("files.list", { limit: 1e300 })).toEqual({ files: [] });
  });
});
