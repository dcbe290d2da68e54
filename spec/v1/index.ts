/** Protocol version 1: its types and constants. */
export { ENVIRONMENT, ENVIRONMENT_ALLOW_LIST, DEFAULT_OPEN_TIMEOUT_MS, SANDBOX_EXIT } from "./environment.js";
export type { Environment } from "./environment.js";
export { RPC_ERROR, ERROR_CODE, FIRST_METHOD_ERROR_CODE } from "./errors.js";
export type { ErrorKind, ErrorData } from "./errors.js";
export type {
  ContentEncoding,
  FileInfo,
  FilesListParams,
  FilesListResult,
  FilesGetParams,
  FilesReadParams,
  FilesReadResult,
  FilesMaterializeParams,
  FilesMaterializeResult,
  FilesWriteParams,
  FilesCreateParams,
  FilesCreateResult,
  FilesAppendParams,
  FilesAppendResult,
  FilesCommitParams,
  FilesAdoptParams,
} from "./files.js";
export type {
  Id,
  ResponseId,
  MethodName,
  Params,
  Meta,
  Request,
  Notification,
  SuccessResponse,
  ErrorResponse,
  ErrorObject,
  Response,
  Frame,
} from "./frames.js";
export { RS, LF, CR, PROTOCOL } from "./framing.js";
export {
  MINIMUM_LIMITS,
  DEFAULT_LIMITS,
  MAX_NAME_CODE_POINTS,
  MAX_LISTED_VIOLATIONS,
  RESPONSE_BACKLOG_BYTES,
  REFUSAL_BACKLOG_BYTES,
} from "./limits.js";
export type { Limits } from "./limits.js";
export { CONTRACT_METHODS, SANDBOX_NOTIFICATIONS, RESERVED_PREFIXES } from "./methods.js";
export type { Methods, ContractMethod } from "./methods.js";
export type {
  ProjectsGetParams,
  Project,
  ConversationsGetParams,
  Conversation,
  ConversationMessage,
} from "./projects.js";
export type { RunReport, ExitStatus, Violation, Effect } from "./report.js";
export { FEATURES } from "./session.js";
export type {
  Feature,
  SessionOpenParams,
  RuntimeInfo,
  SessionOpenResult,
  SessionInfo,
  MethodInfo,
  ScratchInfo,
  ScriptInfo,
  TraceInfo,
  Datasource,
  DatasourceOptions,
  SessionResultParams,
  ScriptSucceeded,
  ScriptFailed,
  ScriptError,
  SessionResultResult,
  SessionOutputParams,
  OutputText,
  OutputBytes,
  SessionProgressParams,
  SessionEmitParams,
  EmitData,
  SessionCancelParams,
  SessionCloseParams,
} from "./session.js";
export type { TraceLine } from "./trace.js";
