import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `scope`. */
export const scopeMutants = [
  { name: "list-unfiltered", breaks: "scope:list:filtered", what: "files.list returns the whole project." },
  {
    name: "foreign-file-served",
    breaks: "scope:file:foreign-not-found",
    what: "A file is found by its id alone.",
  },
  {
    name: "foreign-file-told",
    breaks: "scope:file:foreign-not-found",
    what: "A foreign file is out_of_scope, one that doesn't exist not_found.",
  },
  {
    name: "foreign-name-not-found",
    breaks: "scope:name:out-of-scope",
    what: "A foreign conversation is out_of_scope only when it exists.",
  },
  {
    name: "foreign-name-served",
    breaks: "scope:name:out-of-scope",
    what: "A named conversation is served whichever it is.",
  },
  {
    name: "absent-conversation-is-all",
    breaks: "scope:session:no-conversation",
    what: "A session without a conversation sees every conversation's files.",
  },
] as const satisfies readonly Mutant[];
