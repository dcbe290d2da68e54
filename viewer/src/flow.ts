import type { Entry } from "./trace.js";

/** What only the whole trace shows: which answer belongs to which request, and what broke a rule. */
export interface Flow {
  /** By entry: the index of its answer, or of its request. */
  readonly partner: ReadonlyMap<number, number>;
  /** By entry: what is wrong with it, and the id of the requirement that says so. */
  readonly faults: ReadonlyMap<number, Fault>;
  /** Requests that were never answered. */
  readonly unanswered: ReadonlySet<number>;
}

/** A broken rule. */
export interface Fault {
  readonly requirement: string;
  readonly words: string;
}

/** Pairs a trace's requests with their answers and finds what contradicts the protocol. Linear in its entries. */
export function readFlow(entries: readonly Entry[]): Flow {
  const partner = new Map<number, number>();
  const faults = new Map<number, Fault>();
  const open = new Map<string, number>();
  const used = new Set<string>();
  const answered = new Set<string>();
  const fault = (index: number, requirement: string, words: string): void =>
    void faults.set(index, { requirement, words });

  entries.forEach(({ from, to, message }, index) => {
    if (message === undefined || from === undefined || to === undefined) return;
    const { kind, id } = message;
    if (kind === "malformed") {
      fault(index, "frame:send:well-formed", "no valid frame");
      return;
    }
    if (kind === "notification" || id === undefined) return;
    // A refusal of something that had no id that could be read.
    if (id === "null") return;
    const key = kind === "request" ? `${from}>${to} ${id}` : `${to}>${from} ${id}`;
    if (kind === "request") {
      if (open.has(key)) return fault(index, "call:duplicate:refused", `the id ${id} is in flight`);
      if (used.has(key)) fault(index, "call:id:never-reused", `the id ${id} was used before`);
      used.add(key);
      answered.delete(key);
      open.set(key, index);
      return;
    }
    const request = open.get(key);
    if (request !== undefined) {
      open.delete(key);
      answered.add(key);
      partner.set(request, index).set(index, request);
    } else if (answered.has(key))
      fault(index, "call:response:exactly-one", `the id ${id} was answered before`);
    else fault(index, "call:id:echo-type", `nobody asked with the id ${id}`);
  });
  return { partner, faults, unanswered: new Set(open.values()) };
}
