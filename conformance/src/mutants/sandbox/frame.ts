import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `frame`. */
export const frameMutants = [
  {
    name: "chunks-parsed",
    breaks: "frame:receive:any-boundary",
    what: "Each read from stdin is decoded by itself, so a frame that spans two reads is lost.",
  },
  {
    name: "cut-before-lf-lost",
    breaks: "frame:receive:any-boundary",
    what: "An LF that begins a read is dropped: a frame that is cut just before its LF is lost.",
  },
  {
    name: "characters-cut",
    breaks: "frame:receive:any-boundary",
    what: "Each read is turned into text by itself, so a character on a border is replaced.",
  },
  {
    name: "first-frame-of-read",
    breaks: "frame:receive:many-frames",
    what: "Of several frames in one read only the first is handled.",
  },
  {
    name: "stray-bytes-fatal",
    breaks: "frame:receive:stray-bytes",
    what: "Bytes outside frames end the process.",
  },
  {
    name: "stray-bytes-swallow",
    breaks: "frame:receive:stray-bytes",
    what: "Records are lines: a frame behind bytes without a newline is lost.",
  },
  {
    name: "malformed-fatal",
    breaks: "frame:receive:malformed-ignored",
    what: "A record that is no JSON ends the process.",
  },
  {
    name: "malformed-answered",
    breaks: "frame:receive:malformed-ignored",
    what: "A record that is no frame is answered with an error.",
  },
  {
    name: "not-a-number-read",
    breaks: "frame:receive:malformed-ignored",
    what: "NaN and Infinity, which JSON doesn't have, are read in a frame.",
  },
  {
    name: "records-without-jsonrpc-read",
    breaks: "frame:receive:malformed-ignored",
    what: "An object without the member jsonrpc is taken for a frame.",
  },
  {
    name: "lone-surrogates-sent",
    breaks: "frame:emit:well-formed",
    what: "Text is sent with its lone surrogates.",
  },
  {
    name: "not-a-number-sent",
    breaks: "frame:emit:well-formed",
    what: "A NaN in a frame is written as the bare word.",
  },
  {
    name: "spaced-frames",
    breaks: "frame:emit:well-formed",
    what: "Frames are written with spaces between their members.",
  },
  {
    name: "jsonrpc-missing",
    breaks: "frame:emit:well-formed",
    what: "Notifications lack the member jsonrpc.",
  },
  {
    name: "short-write-requeued",
    breaks: "frame:emit:never-interleaved",
    what: "What a short write leaves goes behind the other waiting frames.",
  },
  {
    name: "cr-refused",
    breaks: "frame:receive:one-cr-dropped",
    what: "A record that ends in CR is dropped.",
  },
] as const satisfies readonly Mutant[];
