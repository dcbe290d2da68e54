import type { Mutant } from "../mutant.js";

/** Faults of a host against the requirements of version 0, in the order of its rows. */
export const hostMutantsV0 = [
  {
    name: "v0-parses-each-chunk",
    breaks: "frame:line:any-boundary",
    what: "A line that a read cuts is taken for two.",
  },
  {
    name: "v0-decodes-each-chunk",
    breaks: "frame:line:any-boundary",
    what: "Each read is decoded by itself, which breaks characters.",
  },
  {
    name: "v0-one-line-a-read",
    breaks: "frame:line:many",
    what: "Of a read only the first line is handled.",
  },
  {
    name: "v0-splits-at-separators",
    breaks: "frame:line:lf-only",
    what: "Lines end at U+2028, U+2029 and U+0085 too.",
  },
  { name: "v0-splits-at-cr", breaks: "frame:line:lf-only", what: "Lines end at CR too." },
  { name: "v0-pretty-answers", breaks: "frame:send:one-line", what: "Responses are indented over lines." },
  { name: "v0-answers-with-rs", breaks: "frame:send:one-line", what: "RS stands before each response." },
  { name: "v0-ids-as-numbers", breaks: "call:id:echoed", what: "An id of digits is answered as a number." },
  { name: "v0-ids-trimmed", breaks: "call:id:echoed", what: "White space around an id is lost." },
  {
    name: "v0-answers-twice",
    breaks: "call:response:exactly-one",
    what: "What a delayed call gave is written twice.",
  },
  {
    name: "v0-failures-unanswered",
    breaks: "call:response:exactly-one",
    what: "A call whose handler fails gets no response.",
  },
  {
    name: "v0-answers-by-order",
    breaks: "call:response:own-result",
    what: "What is ready first goes to the call that came first.",
  },
  {
    name: "v0-strict-envelope",
    breaks: "call:envelope:unknown-members",
    what: "A line with a member that the host doesn't know is no request.",
  },
  {
    name: "v0-hidden-executed",
    breaks: "method:whitelist:unknown",
    what: "A method that exists is executed, whitelisted or not.",
  },
  {
    name: "v0-names-trimmed",
    breaks: "method:whitelist:unknown",
    what: "White space around a method's name is dropped.",
  },
  { name: "v0-error-objects", breaks: "error:text", what: "An error is an object with code and message." },
  { name: "v0-output-trimmed", breaks: "output:line:kept", what: "White space at a line's end is lost." },
  { name: "v0-output-decoded", breaks: "output:line:kept", what: "Bytes that are no UTF-8 are replaced." },
  { name: "v0-last-line-lost", breaks: "output:line:kept", what: "A last line without LF is lost." },
  { name: "v0-stderr-in-output", breaks: "output:stderr:apart", what: "Stderr is put into the output." },
  {
    name: "v0-first-object-wins",
    breaks: "result:last-json-line",
    what: "The first line that is an object is the result.",
  },
  {
    name: "v0-last-line-only",
    breaks: "result:last-json-line",
    what: "Text behind the last object makes the run one without a result.",
  },
  { name: "v0-version-told", breaks: "life:environment:no-version", what: "SANDPIPE_PROTOCOL is 0." },
  { name: "v0-http-wants-token", breaks: "http:files:list", what: "Without a token the list answers 401." },
  { name: "v0-http-list-is-html", breaks: "http:files:list", what: "The list is a page of HTML." },
] as const satisfies readonly Mutant[];

/** The name of a fault against version 0 that the kit's own host can be given. */
export type HostFaultV0 = (typeof hostMutantsV0)[number]["name"];
