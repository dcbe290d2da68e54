import { afterEach, describe, expect, it } from "vitest";
import { closeTestSessions, openTestSession } from "./open-test-session.js";
import type { TestSession } from "./open-test-session.js";

afterEach(closeTestSessions);

async function fill({ store }: TestSession): Promise<void> {
  const message = (content: string): { role: string; content: string; at: string } => ({
    role: "user",
    content,
    at: "2024-01-01T00:00:00Z",
  });
  await store.importFixture({
    projects: [
      { id: "p1", name: "P", region: { eu: true } },
      { id: "p2", name: "SECRET" },
    ],
    conversations: [
      { id: "c1", projectId: "p1", title: "T", messages: ["a", "b", "c", "d", "e"].map(message) },
      { id: "c2", projectId: "p1", messages: [message("SECRET")] },
    ],
  });
}

describe("projects.get", () => {
  it("returns the session's project with its metadata, named or not", async () => {
    const session = openTestSession();
    await fill(session);
    const project = { id: "p1", name: "P", region: { eu: true } };
    expect(await session.call("projects.get")).toEqual(project);
    expect(await session.call("projects.get", { projectId: "p1" })).toEqual(project);
  });

  it("gives the same answer for another project and one that doesn't exist", async () => {
    const session = openTestSession();
    await fill(session);
    const answer = await session.refused("projects.get", { projectId: "nowhere" });
    expect(answer).toMatchObject({ code: 1004, data: { kind: "out_of_scope" } });
    expect(await session.refused("projects.get", { projectId: "p2" })).toEqual(answer);
  });

  it("is not_found where the host keeps nothing of the project", async () => {
    expect(await openTestSession().refused("projects.get", {})).toMatchObject({ code: 1003 });
  });
});

describe("conversations.get", () => {
  it("returns the session's conversation, its messages oldest first", async () => {
    const session = openTestSession();
    await fill(session);
    const conversation = await session.call("conversations.get");
    expect(conversation).toMatchObject({ id: "c1", projectId: "p1", title: "T" });
    expect(conversation.messages.map((message) => message.content)).toEqual(["a", "b", "c", "d", "e"]);
    expect(conversation).not.toHaveProperty("nextCursor");
  });

  it("pages lose and double no message that comes meanwhile", async () => {
    const session = openTestSession();
    await fill(session);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await session.call("conversations.get", {
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      });
      expect(page).toMatchObject({ id: "c1", title: "T" });
      if (seen.length < 4)
        await session.store.appendMessage("c1", { role: "assistant", content: `+${seen.length}` });
      seen.push(...page.messages.map((message) => message.content));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(["a", "b", "c", "d", "e", "+0", "+2"]);
  });

  it("shortens a page to what fits one frame, and says when one message alone can't", async () => {
    const session = openTestSession();
    await fill(session);
    for (let n = 0; n < 5; n += 1)
      await session.store.appendMessage("c1", { role: "user", content: "\0".repeat(5000) });
    const maxResultBytes = 65_436;
    const page = await session.call("conversations.get", {}, { maxResultBytes });
    expect(page.messages).toHaveLength(7);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(maxResultBytes);
    await expect(
      session.call("conversations.get", { cursor: page.nextCursor as string }, { maxResultBytes: 9_000 }),
    ).rejects.toMatchObject({ code: 1005 });
  });

  it("gives the same answer for another conversation and one that doesn't exist", async () => {
    const session = openTestSession();
    await fill(session);
    const answer = await session.refused("conversations.get", { conversationId: "nowhere" });
    expect(answer).toMatchObject({ code: 1004, data: { kind: "out_of_scope" } });
    expect(await session.refused("conversations.get", { conversationId: "c2" })).toEqual(answer);
  });

  it("is not_found for a session that has none, or one of another project", async () => {
    const session = openTestSession();
    await fill(session);
    const { store } = session;
    const none = openTestSession({ store, session: { conversationId: undefined } });
    expect(await none.refused("conversations.get", {})).toMatchObject({ code: 1003 });
    const mixed = openTestSession({ store, session: { projectId: "p2", conversationId: "c2" } });
    expect(await mixed.refused("conversations.get", {})).toMatchObject({ code: 1003 });
  });
});
