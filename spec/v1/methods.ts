import type {
  FileInfo,
  FilesAdoptParams,
  FilesAppendParams,
  FilesAppendResult,
  FilesCommitParams,
  FilesCreateParams,
  FilesCreateResult,
  FilesGetParams,
  FilesListParams,
  FilesListResult,
  FilesMaterializeParams,
  FilesMaterializeResult,
  FilesReadParams,
  FilesReadResult,
  FilesWriteParams,
} from "./files.js";
import type { Conversation, ConversationsGetParams, Project, ProjectsGetParams } from "./projects.js";
import type {
  Feature,
  SessionOpenParams,
  SessionOpenResult,
  SessionResultParams,
  SessionResultResult,
} from "./session.js";

/** Params and result of every request that the contract names. */
export interface Methods {
  "session.open": { params: SessionOpenParams; result: SessionOpenResult };
  "session.result": { params: SessionResultParams; result: SessionResultResult };
  "files.list": { params: FilesListParams; result: FilesListResult };
  "files.get": { params: FilesGetParams; result: FileInfo };
  "files.read": { params: FilesReadParams; result: FilesReadResult };
  "files.materialize": { params: FilesMaterializeParams; result: FilesMaterializeResult };
  "files.write": { params: FilesWriteParams; result: FileInfo };
  "files.create": { params: FilesCreateParams; result: FilesCreateResult };
  "files.append": { params: FilesAppendParams; result: FilesAppendResult };
  "files.commit": { params: FilesCommitParams; result: FileInfo };
  "files.adopt": { params: FilesAdoptParams; result: FileInfo };
  "projects.get": { params: ProjectsGetParams; result: Project };
  "conversations.get": { params: ConversationsGetParams; result: Conversation };
}

/** What a host may whitelist of the contract's own methods. */
export type ContractMethod = Exclude<keyof Methods, `session.${string}`>;

/** Each whitelistable method: whether a second execution changes nothing, and the feature it belongs to. */
export const CONTRACT_METHODS: {
  readonly [M in ContractMethod]: { readonly idempotent: boolean; readonly feature?: Feature };
} = {
  "files.list": { idempotent: true },
  "files.get": { idempotent: true },
  "files.read": { idempotent: true },
  "files.materialize": { idempotent: true, feature: "materialize" },
  "files.write": { idempotent: false, feature: "files.write" },
  "files.create": { idempotent: true, feature: "upload" },
  "files.append": { idempotent: true, feature: "upload" },
  "files.commit": { idempotent: true, feature: "upload" },
  "files.adopt": { idempotent: false, feature: "adopt" },
  "projects.get": { idempotent: true },
  "conversations.get": { idempotent: true },
};

/** Notifications from sandbox to host. `session.output` is always taken, the others once the session is open. */
export const SANDBOX_NOTIFICATIONS = [
  "session.output",
  "session.progress",
  "session.emit",
  "session.cancel",
] as const;

/** Names that no host may give to a method of its own. */
export const RESERVED_PREFIXES = ["session.", "rpc.", "conformance."] as const;
