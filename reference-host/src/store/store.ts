import type { Fixture } from "@sandpipe/spec/control";
import type { ConversationMessage, FileInfo, Project } from "@sandpipe/spec/v1";
import type { SessionRegistry } from "../http/registry.js";
import type { Eventual } from "./eventual.js";

/**
 * What the host keeps: projects, conversations with their messages, and files, whose content is read and written in
 * parts. An implementation may answer at once or by promise; each must pass `describeStore` in store-suite.ts.
 */
export interface Store {
  /** @throws StoreError `store_duplicate` when the id is taken */
  createProject(project: NewProject): Eventual<Project>;
  /** Undefined where there is none. */
  getProject(id: string): Eventual<Project | undefined>;
  /** The oldest project of that name. */
  findProject(name: string): Eventual<Project | undefined>;

  /** @throws StoreError `store_duplicate` when the id is taken */
  createConversation(conversation: NewConversation): Eventual<StoredConversation>;
  /** Undefined where there is none. */
  getConversation(id: string): Eventual<StoredConversation | undefined>;
  /** Appends after all others; `at` is now when absent. */
  appendMessage(conversationId: string, message: NewMessage): Eventual<ConversationMessage>;
  /** Messages oldest first, from the `from`th on (0 is the first), `limit` at most. */
  listMessages(conversationId: string, from: number, limit: number): Eventual<ConversationMessage[]>;

  /** A file in that scope; one outside is undefined like one that doesn't exist. */
  getFile(id: string, scope: FileScope): Eventual<StoredFile | undefined>;
  /** Files in the order in which they came; a file added later stands after all that were there. */
  listFiles(query: FileQuery): Eventual<StoredFile[]>;
  /** Bytes of a content; a range beyond its end is cut there. Only the rows that hold the range are touched. */
  readContent(content: ContentId, offset: number, length: number): Eventual<Uint8Array>;
  /** Begins a content that nobody sees until it is finished. */
  writeContent(): ContentWriter;

  /**
   * Copies a file into the store with bounded memory.
   * @throws StoreError `import_unreadable` when it can't be read or is no regular file
   */
  importFile(path: string, options: ImportFileOptions): Promise<FileInfo>;
  /** Takes in every entry of a fixture, with the ids it has there. */
  importFixture(fixture: Fixture): Promise<void>;

  /**
   * Sessions that come over HTTP, known to every host that has this store open. Absent where they belong to the
   * process that made them.
   */
  readonly sessions?: SessionRegistry;

  /** Frees the store; every later use throws StoreError `store_unavailable`. */
  close(): Eventual<void>;
}

/** Names stored bytes; never crosses the wire. */
export type ContentId = number;

/** What a session may see: the project's own files, and those of one conversation when it is named. */
export interface FileScope {
  readonly projectId: string;
  readonly conversationId?: string;
}

/** One page of files. */
export interface FileQuery {
  readonly scope: FileScope;
  /** Only the files of the scope's conversation, without the project's own. */
  readonly conversationOnly?: boolean;
  /** The position of the last file seen. */
  readonly after?: number;
  readonly limit: number;
}

/** A file as the store knows it. */
export interface StoredFile {
  readonly info: FileInfo;
  readonly content: ContentId;
  /** Where it stands in every list: a positive integer, grows with each file, never changes. */
  readonly position: number;
}

/** A conversation without its messages. */
export interface StoredConversation {
  readonly id: string;
  readonly projectId: string;
  readonly title?: string;
}

/** A project to be made; without `id` it gets a new one. */
export interface NewProject {
  readonly id?: string;
  readonly name: string;
  readonly [metadata: string]: unknown;
}

/** A conversation to be made; without `id` it gets a new one. */
export interface NewConversation {
  readonly id?: string;
  readonly projectId: string;
  readonly title?: string;
}

/** A message to be appended. */
export interface NewMessage {
  readonly role: string;
  readonly content: string;
  /** RFC 3339, UTC. */
  readonly at?: string;
}

/** What a finished content is filed under; without `id` it gets a new one. */
export interface NewFile {
  readonly id?: string;
  readonly name: string;
  readonly projectId: string;
  readonly conversationId?: string;
  readonly mime?: string;
}

/** Where an imported file goes. */
export interface ImportFileOptions {
  readonly projectId: string;
  readonly conversationId?: string;
  /** Default: the last part of its path. */
  readonly name?: string;
  readonly mime?: string;
}

/** Bytes on their way into the store. Calls are made one after the other. */
export interface ContentWriter {
  /** Bytes so far. */
  readonly length: number;
  /** Lower-case hex of the SHA-256 of the bytes so far. */
  sha256(): string;
  /** Takes a copy of the bytes. */
  append(bytes: Uint8Array): Eventual<void>;
  /** Bytes that were appended before. */
  read(offset: number, length: number): Eventual<Uint8Array>;
  /** Files the content: from here on it is visible, whole, and can't be appended to. */
  finish(file: NewFile): Eventual<StoredFile>;
  /** Gives the content up and frees its space; does nothing after `finish`. */
  discard(): Eventual<void>;
}
