/** Params of `projects.get`; without `projectId` the session's own. */
export interface ProjectsGetParams {
  projectId?: string;
}

/** Result of `projects.get`: id, name and whatever metadata the host keeps. */
export interface Project {
  id: string;
  name: string;
  [metadata: string]: unknown;
}

/** Params of `conversations.get`; without `conversationId` the session's own. */
export interface ConversationsGetParams {
  conversationId?: string;
  cursor?: string;
  /**
   * Messages of one page; a host may return fewer.
   * @TJS-type integer
   * @minimum 1
   */
  limit?: number;
}

/** Result of `conversations.get`; messages oldest first. */
export interface Conversation {
  id: string;
  projectId: string;
  title?: string;
  messages: ConversationMessage[];
  nextCursor?: string;
}

/** One message of a conversation. */
export interface ConversationMessage {
  role: string;
  content: string;
  /** RFC 3339, UTC. */
  at: string;
}
