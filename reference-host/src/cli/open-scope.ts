import type { Store } from "../store/index.js";
import { StoreError, openStoreAt } from "../store/index.js";
import type { Scope } from "../serve/scope.js";
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-code.js";

/** Opens the store, without a location one of this run alone, or ends the command with what the store says to do. */
export async function openRunStore(location: string | undefined): Promise<Store> {
  try {
    return await openStoreAt(location);
  } catch (error) {
    throw error instanceof StoreError ? new CommandError(error.message, EXIT.unavailable) : error;
  }
}

/** Finds the project by name and the conversation by id, makes them where they are new, and imports the files. */
export async function openScope(
  store: Store,
  asked: {
    readonly project: string;
    readonly conversation: string | undefined;
    readonly imports: readonly string[];
  },
): Promise<Scope> {
  const { project: name, conversation: id, imports } = asked;
  const project = (await store.findProject(name)) ?? (await store.createProject({ name }));
  const scope: Scope = { projectId: project.id, ...(id !== undefined && { conversationId: id }) };
  if (id !== undefined) {
    const conversation = await store.getConversation(id);
    if (!conversation) await store.createConversation({ id, projectId: project.id });
    else if (conversation.projectId !== project.id) {
      throw new CommandError(`The conversation ${id} belongs to another project than ${name}: name its own`);
    }
  }
  for (const file of imports) {
    try {
      await store.importFile(file, scope);
    } catch (error) {
      throw error instanceof StoreError ? new CommandError(error.message) : error;
    }
  }
  return scope;
}
