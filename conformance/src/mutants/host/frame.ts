import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `frame`. */
export const frameMutants = [
  {
    name: "parses-each-chunk",
    breaks: "frame:split:any-boundary",
    what: "Each read chunk is parsed by itself, so a frame cut by the pipe is lost.",
  },
  {
    name: "cut-before-lf-lost",
    breaks: "frame:split:any-boundary",
    what: "An LF that begins a read is taken for white space: a frame that is cut just before its LF is lost.",
  },
  {
    name: "decodes-each-chunk",
    breaks: "frame:split:inside-character",
    what: "Each read chunk is decoded by itself, so the halves of a character become U+FFFD.",
  },
  {
    name: "one-frame-a-read",
    breaks: "frame:read:many-frames",
    what: "Of a read that holds several frames only the first is handled.",
  },
  {
    name: "cr-is-a-violation",
    breaks: "frame:end:one-cr-dropped",
    what: "A frame that ends in CR LF is no frame.",
  },
  {
    name: "violation-vanishes",
    breaks: "frame:violation:not-json",
    what: "A record that is no JSON is answered, but its bytes are thrown away.",
  },
  {
    name: "violation-unanswered",
    breaks: "frame:violation:not-json",
    what: "A record that is no JSON is kept as output and never answered.",
  },
  {
    name: "bare-object-answered",
    breaks: "frame:violation:no-jsonrpc",
    what: "A JSON object without jsonrpc is answered like bad JSON.",
  },
  {
    name: "bare-object-executed",
    breaks: "frame:violation:no-jsonrpc",
    what: "A JSON object without jsonrpc is taken for a frame.",
  },
  {
    name: "rs-inside-swallowed",
    breaks: "frame:violation:restart",
    what: "An RS inside a record is a byte like any other: the frame behind it is swallowed.",
  },
  {
    name: "cut-end-lost",
    breaks: "frame:violation:cut-end",
    what: "A record that the end of the stream cuts is thrown away.",
  },
  {
    name: "violation-ends-session",
    breaks: "frame:violation:session-survives",
    what: "After a violation nothing is answered any more.",
  },
  {
    name: "violations-listed-without-end",
    breaks: "frame:violation:listed",
    what: "Every violation is listed, however many there are.",
  },
  {
    name: "violations-counted-to-100",
    breaks: "frame:violation:listed",
    what: "Violations after the first hundred are not counted.",
  },
  {
    name: "surrogate-ends-session",
    breaks: "frame:json:tolerated",
    what: "An escaped lone surrogate ends the session.",
  },
  {
    name: "duplicate-member-read-twice",
    breaks: "frame:json:read-once",
    what: "The scope check takes the first of two fileId members, the read takes the last.",
  },
  {
    name: "splits-at-line-separators",
    breaks: "frame:json:line-separators",
    what: "U+2028 and U+2029 end a record.",
  },
  {
    name: "answers-pretty-printed",
    breaks: "frame:send:well-formed",
    what: "Answers are printed over several lines.",
  },
  {
    name: "answers-with-bare-nan",
    breaks: "frame:send:well-formed",
    what: "A number that JSON can't hold is written as NaN.",
  },
  {
    name: "large-answers-interleaved",
    breaks: "frame:send:never-interleaved",
    what: "A large answer is written in two halves, and others slip in between.",
  },
] as const satisfies readonly Mutant[];
