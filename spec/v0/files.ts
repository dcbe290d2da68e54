/** Params of `files.list`: those of the project, or of one conversation. */
export interface FilesListParams {
  projectId?: string;
  conversationId?: string;
}

/** Query of `GET {url}/api/mcp/files`, the HTTP form of `files.list`; its answer is JSON of the host's own shape. */
export interface HttpFilesQuery {
  project_id?: string;
  conversation_id?: string;
}
