import type { Row } from "@sandpipe/spec/requirement";
import type { Session, Subject, Target } from "../target/target.js";
import { createRecorder } from "../target/transcript.js";

/** What a fake session shows. */
export type FakeSeen = { readonly value: unknown };

const SUBJECT: Subject = {
  role: "host",
  name: "fake",
  version: "1",
  language: "none",
  features: [],
  protocols: [1],
  transports: ["stdio"],
  maxRuns: 4,
  prints: [],
};

/** A target in this process, for tests of the runner: `respond` says what the session of a plan shows, or how it fails. */
export function createFakeTarget(
  respond: (plan: unknown, count: number) => Partial<Session<FakeSeen>> | Promise<Partial<Session<FakeSeen>>>,
  subject: Partial<Subject> = {},
): Target<unknown, FakeSeen> & { readonly plans: readonly unknown[]; readonly closed: () => boolean } {
  const plans: unknown[] = [];
  let closed = false;
  return {
    subject: { ...SUBJECT, ...subject },
    plans,
    closed: () => closed,
    async run(plan, signal) {
      plans.push(plan);
      const session = await respond(plan, plans.length);
      signal.throwIfAborted();
      const { transcript } = createRecorder(() => 0);
      return { facts: [], transcript, stderr: "", exchanges: 1, ...session };
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

/** A requirement row for tests. */
export function fakeRow(id: string, row: Partial<Row> = {}): Row {
  return {
    ...{ id, level: "MUST", role: "host", text: "It is right.", intent: "To test.", profile: "core" },
    ...{ proof: "exact", area: "call", since: "1.0" },
    ...row,
  } as Row;
}
