import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `http`. */
export const httpMutants = [
  {
    name: "http-error-status",
    breaks: "http:rpc:same-answers",
    what: "A call that fails is answered with status 500 over HTTP.",
  },
  {
    name: "http-notification-200",
    breaks: "http:rpc:same-answers",
    what: "A notification over HTTP is answered with 200 and an empty object.",
  },
  {
    name: "http-bad-json-200",
    breaks: "http:rpc:not-json",
    what: "A body that is no JSON is answered with 200.",
  },
  {
    name: "http-batch-executed",
    breaks: "http:rpc:not-json",
    what: "The first request of a batch in a body is executed.",
  },
  {
    name: "http-too-large-400",
    breaks: "http:rpc:too-large",
    what: "A body over maxFrameBytes is answered like bad JSON.",
  },
  {
    name: "http-large-read-to-end",
    breaks: "http:rpc:too-large",
    what: "A body over maxFrameBytes is refused only once it has been read to its end.",
  },
  {
    name: "http-limit-by-length-header",
    breaks: "http:rpc:too-large",
    what: "Only the Content-Length is held to maxFrameBytes; a chunked body has none.",
  },
  { name: "http-any-type", breaks: "http:rpc:wrong-type", what: "A POST of any content type is taken." },
  {
    name: "http-type-by-prefix",
    breaks: "http:rpc:wrong-type",
    what: "A content type that begins like JSON's is taken.",
  },
  {
    name: "http-token-optional",
    breaks: "http:auth:missing-token",
    what: "A request without a token is served.",
  },
  {
    name: "http-token-in-query",
    breaks: "http:auth:missing-token",
    what: "The token is taken from the URL too.",
  },
  {
    name: "http-ended-token",
    breaks: "http:auth:foreign-token",
    what: "The token of an ended session still serves.",
  },
  {
    name: "http-token-by-prefix",
    breaks: "http:auth:foreign-token",
    what: "Whatever begins with the session's token is taken for it.",
  },
  {
    name: "http-ended-token-told",
    breaks: "http:auth:foreign-token",
    what: "An ended token is refused in other words than an unknown one.",
  },
  { name: "http-host-unchecked", breaks: "http:host:foreign-refused", what: "Any Host header is served." },
  {
    name: "http-host-port-unchecked",
    breaks: "http:host:foreign-refused",
    what: "A Host header of loopback with any port, or none, is served.",
  },
  {
    name: "http-host-first-of-two",
    breaks: "http:host:foreign-refused",
    what: "Of two Host headers only the first is looked at.",
  },
  {
    name: "http-host-case-matters",
    breaks: "http:host:loopback-served",
    what: "`LOCALHOST` is refused.",
  },
  { name: "http-host-no-ipv6", breaks: "http:host:loopback-served", what: "`[::1]` is refused." },
  {
    name: "http-origin-null-served",
    breaks: "http:origin:any-refused",
    what: "`Origin: null` counts as none.",
  },
  {
    name: "http-origin-own-served",
    breaks: "http:origin:any-refused",
    what: "The host's own origin is served.",
  },
  { name: "http-routes-open", breaks: "http:routes:files", what: "The read-only routes need no token." },
  {
    name: "http-list-unfiltered",
    breaks: "http:routes:files",
    what: "The list of files ignores conversation_id.",
  },
  {
    name: "http-late-open-kept",
    breaks: "http:open:latches",
    what: "A stdio open after the HTTP latch is a violation kept as output.",
  },
  {
    name: "http-late-open-answered",
    breaks: "http:open:latches",
    what: "A stdio open after the HTTP latch is answered.",
  },
  {
    name: "http-open-any-time",
    breaks: "http:open:after-stdio-use",
    what: "An HTTP open is accepted though stdio calls were served.",
  },
  {
    name: "http-second-session",
    breaks: "http:open:same-session",
    what: "The open over HTTP leads to a session of its own.",
  },
  {
    name: "http-open-refused-after-stdio",
    breaks: "http:open:same-session",
    what: "An open over HTTP is refused once stdio has its answer to one.",
  },
  {
    name: "http-stdio-served-too",
    breaks: "http:latch:stdio-records",
    what: "Requests on stdio are served after the HTTP latch.",
  },
  {
    name: "http-stdio-dropped",
    breaks: "http:latch:stdio-records",
    what: "Records on stdio vanish after the HTTP latch.",
  },
  { name: "http-token-counted", breaks: "http:token:per-session", what: "Tokens are counted up." },
  { name: "http-token-short", breaks: "http:token:per-session", what: "A token has 128 bits." },
  { name: "http-error-text", breaks: "http:error:body", what: "An unknown path is answered with a text." },
  {
    name: "http-disconnect-cancels",
    breaks: "http:disconnect:no-cancel",
    what: "A disconnect cancels the call.",
  },
  {
    name: "http-idle-closed",
    breaks: "http:idle:outlives-pauses",
    what: "An idle connection is closed after five seconds.",
  },
  { name: "http-range-ignored", breaks: "http:routes:range", what: "Content is always sent whole." },
  {
    name: "http-range-exclusive",
    breaks: "http:routes:range",
    what: "The last byte of a range is left out.",
  },
  {
    name: "http-routes-unscoped",
    breaks: "http:routes:scope",
    what: "The routes serve any file of the store.",
  },
  { name: "http-bound-everywhere", breaks: "http:bind:loopback", what: "HTTP is bound to every address." },
  { name: "http-cors-allowed", breaks: "http:cors:none", what: "Answers allow any origin." },
  { name: "http-unix-as-tcp", breaks: "http:unix:served", what: "HTTP is served on TCP only." },
] as const satisfies readonly Mutant[];
