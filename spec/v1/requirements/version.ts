import type { Requirement } from "../../requirement.js";

/** Requirements of the area `version`. */
export const version: readonly Requirement[] = [
  {
    id: "version:open:unsupported",
    level: "MUST",
    role: "host",
    text: "A `session.open` with a version that the host doesn't speak gets 1002 with `data.supported`.",
    intent: "The sandbox can only say what to do when it knows what would work.",
    profile: "core",
    proof: "exact",
  },
  {
    id: "version:latch:v1",
    level: "MUST",
    role: "host",
    text: "After one valid v1 frame, bare request lines are output for the rest of the session.",
    intent: "A print must never be executed in v1.",
    profile: "full",
    proof: "exact",
  },
  {
    id: "version:offer:none-common",
    level: "MUST",
    role: "sandbox",
    text: "A sandbox that speaks none of the offered versions ends with exit 69 and one line on stderr.",
    intent: "Guessing a version corrupts a run.",
    profile: "full",
    proof: "exact",
  },
];
