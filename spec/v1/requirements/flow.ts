import type { Requirement } from "../../requirement.js";

/** Requirements of the area `flow`. */
export const flow: readonly Requirement[] = [
  {
    id: "flow:prints:always-drain",
    level: "MUST",
    role: "host",
    text: "The host reads stdout while the sandbox reads nothing: prints never block for want of a reader of responses.",
    intent: "With both pipes full, two writers wait for each other for ever.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "flow:stderr:drained",
    level: "MUST",
    role: "host",
    text: "Stderr is read all the time.",
    intent: "A child blocks on its own logs and the session stops without a word.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "flow:responses:bounded",
    level: "MUST",
    role: "host",
    text: "While responses wait for a sandbox that doesn't read, accepted calls are not started without end, and all are answered once it reads.",
    intent: "Ten thousand answers in memory are the host's memory.",
    profile: "full",
    proof: "exact",
  },
  {
    id: "flow:stdin:read-while-writing",
    level: "MUST",
    role: "sandbox",
    text: "The sandbox reads stdin while its own writes wait.",
    intent: "With both pipes full, two writers wait for each other for ever.",
    profile: "full",
    proof: "stochastic",
  },
  {
    id: "flow:refusals:bounded",
    level: "MUST",
    role: "host",
    text: "The host stops reading stdout only while more than 1 MiB of refusals wait, and goes on when they are read.",
    intent: "An error storm that nobody reads is the host's memory.",
    profile: "strict",
    proof: "timed",
  },
];
