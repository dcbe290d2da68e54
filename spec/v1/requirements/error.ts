import type { Requirement } from "../../requirement.js";

/** Requirements of the area `error`. */
export const error: readonly Requirement[] = [
  {
    id: "error:order:first-fault",
    level: "MUST",
    role: "host",
    text: "Of several faults the first answers: size, UTF-8 and JSON, depth, envelope, duplicate id, session not open, whitelist, busy, params, scope, not found, the handler's own.",
    intent: "Without an order two hosts answer the same frame differently.",
    profile: "full",
    proof: "exact",
  },
  {
    id: "error:kind:present",
    level: "MUST",
    role: "host",
    text: "An error with one of Sandpipe's codes carries the `data.kind` of that code.",
    intent: "Programs must not parse messages.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "error:method:passes-through",
    level: "MUST",
    role: "host",
    text: "An error that a method raises with a code from 2000 reaches the peer with code, message and data untouched.",
    intent: "A product's own errors are part of its interface.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "error:internal:no-leak",
    level: "MUST",
    role: "host",
    text: "An unexpected failure of a handler is answered −32603 with no stack, path or text of the failure.",
    intent: "Stack traces and SQL texts are a map for an attacker.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "error:internal:session-survives",
    level: "MUST",
    role: "host",
    text: "After an unexpected failure of a handler the session goes on.",
    intent: "One fault never takes down more than what it touches.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "error:order:depth-first",
    level: "MAY",
    role: "host",
    text: "A record that is both malformed and deeper than maxDepth gets `limit_exceeded` in place of −32700.",
    intent: "A parser with a recursion limit stops before it can see the fault behind it.",
    profile: "full",
    proof: "exact",
  },
];
