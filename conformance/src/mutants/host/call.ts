import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `call`. */
export const callMutants = [
  {
    name: "ids-through-number-parser",
    breaks: "call:id:echo-type",
    what: "String ids that begin with digits are put through a number parser.",
  },
  { name: "ids-as-text", breaks: "call:id:echo-type", what: "Ids are echoed as strings." },
  {
    name: "id-length-in-units",
    breaks: "call:id:echo-type",
    what: "The length of an id is counted in UTF-16 units: one of 128 characters beyond the BMP is refused.",
  },
  {
    name: "ids-keyed-by-text",
    breaks: "call:id:types-distinct",
    what: 'Calls in flight are kept in a map by the id\'s text, so 1 and "1" are one call.',
  },
  { name: "null-id-served", breaks: "call:id:invalid-refused", what: "A request with id null is served." },
  {
    name: "fractional-id-served",
    breaks: "call:id:invalid-refused",
    what: "A request with a fractional id is served.",
  },
  {
    name: "long-id-served",
    breaks: "call:id:invalid-refused",
    what: "A request with an id of any length is served.",
  },
  { name: "some-answers-lost", breaks: "call:response:exactly-one", what: "Every tenth answer is lost." },
  {
    name: "some-answers-doubled",
    breaks: "call:response:exactly-one",
    what: "Every tenth answer is sent twice.",
  },
  {
    name: "hundredth-answer-lost",
    breaks: "call:response:exactly-one",
    what: "Of all answers of the host, whatever the session, every hundredth is lost.",
  },
  {
    name: "answers-swapped",
    breaks: "call:response:own-result",
    what: "Two answers that are ready at once get each other's result.",
  },
  {
    name: "serial-handling",
    breaks: "call:order:slow-never-blocks",
    what: "A call is started when the one before it has ended.",
  },
  {
    name: "unknown-members-refused",
    breaks: "call:envelope:unknown-members",
    what: "A frame with a member that the host doesn't know is an invalid request.",
  },
  {
    name: "refused-with-null-id",
    breaks: "call:envelope:invalid-request",
    what: "A bad envelope is refused with id null although its id was readable.",
  },
  {
    name: "any-jsonrpc-version-served",
    breaks: "call:envelope:invalid-request",
    what: "The value of jsonrpc is not looked at.",
  },
  {
    name: "batch-executed",
    breaks: "call:envelope:no-batch",
    what: "A JSON array of requests is executed as a batch.",
  },
  {
    name: "absent-params-refused",
    breaks: "call:params:absent",
    what: "A request without params is refused.",
  },
  { name: "positional-params-taken", breaks: "call:params:by-name", what: "An array is taken for params." },
  { name: "meta-refused", breaks: "call:params:meta-taken-out", what: "_meta is an unknown parameter." },
  {
    name: "duplicate-executed",
    breaks: "call:duplicate:refused",
    what: "A request under an id in flight is refused, but executed.",
  },
  {
    name: "duplicate-takes-over",
    breaks: "call:duplicate:refused",
    what: "A request under an id in flight takes over the routing of the first.",
  },
  {
    name: "duplicate-answered-by-id",
    breaks: "call:duplicate:refused",
    what: "The refusal of a duplicate carries the id, so it settles the first call.",
  },
  {
    name: "finished-ids-refused",
    breaks: "call:duplicate:finished-served",
    what: "The host keeps history: a finished id is a duplicate for ever.",
  },
  {
    name: "notifications-executed",
    breaks: "call:notification:never-executed",
    what: "A notification that names a method executes it.",
  },
  {
    name: "notifications-answered",
    breaks: "call:notification:never-executed",
    what: "A notification is answered with id null.",
  },
  {
    name: "answers-answered",
    breaks: "call:answer:never-answered",
    what: "A frame without method is answered as an invalid request.",
  },
  {
    name: "refused-duplicate-by-id",
    breaks: "call:duplicate:any-refusal",
    what: "A bad envelope under an id in flight is refused under that id.",
  },
  {
    name: "session-ids-apart",
    breaks: "call:duplicate:session-takes-part",
    what: "Ids of session.open and session.result are not compared with those in flight.",
  },
  {
    name: "bad-envelopes-uncounted",
    breaks: "call:envelope:counted",
    what: "A frame refused for its envelope is no violation.",
  },
  {
    name: "refusals-counted",
    breaks: "call:envelope:counted",
    what: "A valid request that is refused counts as a violation.",
  },
  {
    name: "cancelled-id-goes-silent",
    breaks: "call:duplicate:finished-served",
    what: "The next call under the id of a cancelled one is executed, but never answered.",
  },
  {
    name: "violation-forgets-in-flight",
    breaks: "call:duplicate:refused",
    what: "After a record that is no frame, ids in flight are no longer known.",
  },
] as const satisfies readonly Mutant[];
