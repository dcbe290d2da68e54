/** The host's store: what it keeps, and how it is opened. */
export { openStore, openTemporaryStore } from "./open-store.js";
export type { OpenStoreOptions } from "./open-store.js";
export { openStoreAt } from "./open-store-at.js";
export { StoreError } from "./store-error.js";
export type { StoreErrorCode } from "./store-error.js";
export type { Eventual } from "./eventual.js";
export type {
  Store,
  StoredFile,
  StoredConversation,
  NewProject,
  NewConversation,
  NewMessage,
  NewFile,
  ImportFileOptions,
  FileQuery,
  FileScope,
  ContentId,
  ContentWriter,
} from "./store.js";
