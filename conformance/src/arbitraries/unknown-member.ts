import * as fc from "fast-check";
import { text } from "./text.js";

const ENVELOPE = ["jsonrpc", "id", "method", "params", "result", "error"];

/** Names of members that no version of the protocol gives a meaning to in an envelope. */
export const unknownMember: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("traceparent", "x-trace", "Method", "ID", "meta", "__proto__", "constructor", "batch"),
  text.filter((name) => !ENVELOPE.includes(name)),
);
