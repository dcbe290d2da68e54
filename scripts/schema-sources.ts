/** Which types of which version get a JSON Schema of their own. */
export interface SchemaSource {
  /** Folder below schemas/. */
  readonly name: "v0" | "v1" | "control";
  /** Module whose exported types are meant. */
  readonly entry: string;
  readonly types: readonly string[];
}

export const SCHEMA_SOURCES: readonly SchemaSource[] = [
  {
    name: "v0",
    entry: "spec/v0/index.ts",
    types: ["Request", "SuccessResponse", "ErrorResponse", "FilesListParams", "HttpFilesQuery"],
  },
  {
    name: "v1",
    entry: "spec/v1/index.ts",
    types: [
      "Request",
      "Notification",
      "SuccessResponse",
      "ErrorResponse",
      "SessionOpenParams",
      "SessionOpenResult",
      "SessionResultParams",
      "SessionResultResult",
      "SessionOutputParams",
      "SessionProgressParams",
      "SessionEmitParams",
      "SessionCancelParams",
      "SessionCloseParams",
      "FileInfo",
      "FilesListParams",
      "FilesListResult",
      "FilesGetParams",
      "FilesReadParams",
      "FilesReadResult",
      "FilesMaterializeParams",
      "FilesMaterializeResult",
      "FilesWriteParams",
      "FilesCreateParams",
      "FilesCreateResult",
      "FilesAppendParams",
      "FilesAppendResult",
      "FilesCommitParams",
      "FilesAdoptParams",
      "ProjectsGetParams",
      "Project",
      "ConversationsGetParams",
      "Conversation",
      "Environment",
      "ErrorData",
      "Limits",
      "RunReport",
    ],
  },
  {
    name: "control",
    entry: "spec/control/index.ts",
    types: [
      "DescribeRequest",
      "DescribeReply",
      "RunRequest",
      "EndedReply",
      "CancelRequest",
      "ExitRequest",
      "ErrorReply",
      "NextParams",
      "NextResult",
      "Step",
      "ReportStart",
      "ReportCheck",
      "ReportEnd",
    ],
  },
];
