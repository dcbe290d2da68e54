/** Whom a session is for. */
export interface Scope {
  readonly projectId: string;
  readonly conversationId?: string;
}
