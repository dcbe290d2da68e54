import type { Fixture, RunRequest } from "@sandpipe/spec/control";
import { CONTRACT_METHODS, type ContractMethod, type Limits } from "@sandpipe/spec/v1";
import type { Subject, Version } from "./target.js";

/** The methods that every adapter registers and the standard session whitelists; `conformance.hidden` never is. */
export const CONFORMANCE_METHODS = [
  "conformance.echo",
  "conformance.delay",
  "conformance.fail",
  "conformance.throw",
  "conformance.count",
  "conformance.bytes",
] as const;

/** Limits of the standard session: deadlines far beyond anything a check awaits, never below the spec's minima. */
export const STANDARD_LIMITS = {
  maxFrameBytes: 1_048_576,
  maxInFlight: 64,
  callTimeoutMs: 20_000,
  runTimeoutMs: 60_000,
  maxDepth: 64,
  maxOutputBytes: 16_777_216,
  graceMs: 500,
} as const satisfies Limits;

/** The store of the standard session: something in scope, and its like outside it. */
export const STANDARD_FIXTURE: Fixture = {
  projects: [
    { id: "p1", name: "First" },
    { id: "p2", name: "Second" },
  ],
  conversations: [
    {
      id: "c1",
      projectId: "p1",
      title: "In scope",
      messages: [{ role: "user", content: "Hello", at: "2025-01-01T00:00:00Z" }],
    },
    { id: "c2", projectId: "p1", messages: [] },
    { id: "c3", projectId: "p2", messages: [] },
  ],
  files: [
    {
      id: "f1",
      projectId: "p1",
      conversationId: "c1",
      name: "a.csv",
      content: "n\n1\n2\n",
      encoding: "utf8",
    },
    { id: "f2", projectId: "p1", name: "shared.txt", content: "åß∂ 😀\n", encoding: "utf8" },
    { id: "f3", projectId: "p1", conversationId: "c2", name: "other.txt", content: "c2", encoding: "utf8" },
    { id: "f4", projectId: "p2", name: "foreign.txt", content: "p2", encoding: "utf8" },
  ],
};

/** The `run` message of the standard session for this subject, without its run id and command. */
export function standardRun(
  subject: Subject,
  timeoutScale: number,
  protocol: Version,
): Omit<RunRequest, "op" | "run" | "command"> {
  const fixture = subject.features.includes("fixture");
  const contract = (Object.keys(CONTRACT_METHODS) as ContractMethod[]).filter((name) => {
    const { feature } = CONTRACT_METHODS[name];
    return feature === undefined ? fixture : subject.features.includes(feature);
  });
  return {
    protocol: [protocol],
    transport: "stdio",
    isolation: "none",
    session: { projectId: "p1", conversationId: "c1" },
    methods: [...CONFORMANCE_METHODS, ...contract],
    limits: {
      ...STANDARD_LIMITS,
      callTimeoutMs: Math.round(STANDARD_LIMITS.callTimeoutMs * timeoutScale),
      runTimeoutMs: Math.round(STANDARD_LIMITS.runTimeoutMs * timeoutScale),
    },
    ...(fixture ? { fixture: STANDARD_FIXTURE } : {}),
  };
}
