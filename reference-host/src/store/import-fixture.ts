import type { Fixture } from "@sandpipe/spec/control";
import type { Store } from "./store.js";

/** Takes a fixture's projects, conversations with messages, and files into a store, in their order there. */
export async function importFixture(store: Store, fixture: Fixture): Promise<void> {
  for (const project of fixture.projects ?? []) await store.createProject(project);
  for (const { messages, ...conversation } of fixture.conversations ?? []) {
    await store.createConversation(conversation);
    for (const message of messages) await store.appendMessage(conversation.id, message);
  }
  for (const { content, encoding, ...file } of fixture.files ?? []) {
    const writer = store.writeContent();
    try {
      await writer.append(Buffer.from(content, encoding));
      await writer.finish(file);
    } finally {
      await writer.discard();
    }
  }
}
