import type { Requirement } from "../../requirement.js";

/** Requirements of the area `scope`. */
export const scope: readonly Requirement[] = [
  {
    id: "scope:list:filtered",
    level: "MUST",
    role: "host",
    text: "`files.list` returns exactly the files in scope: the project's without a conversation, and the session's conversation's.",
    intent: "Another conversation's files are another user's.",
    profile: "core",
    proof: "exact",
    feature: "fixture",
  },
  {
    id: "scope:file:foreign-not-found",
    level: "MUST",
    role: "host",
    text: "A file id outside the scope is `not_found`, like one that doesn't exist.",
    intent: "A different answer tells that the file exists.",
    profile: "core",
    proof: "exact",
    feature: "fixture",
  },
  {
    id: "scope:name:out-of-scope",
    level: "MUST",
    role: "host",
    text: "Naming another projectId or conversationId is `out_of_scope`, whether it exists or not.",
    intent: "A different answer tells that it exists.",
    profile: "core",
    proof: "exact",
    feature: "fixture",
  },
  {
    id: "scope:session:no-conversation",
    level: "MUST",
    role: "host",
    text: "A session without a conversation sees the project's own files only.",
    intent: "Absent must not mean all.",
    profile: "core",
    proof: "exact",
    feature: "fixture",
  },
];
