import type { Effect, SessionEmitParams, Violation } from "@sandpipe/spec/v1";
import { MAX_LISTED_VIOLATIONS } from "@sandpipe/spec/v1";
import { createBudget, createKeptBytes } from "../bytes/kept-bytes.js";
import type { KeptBytes } from "../bytes/kept-bytes.js";
import { countBytes } from "../bytes/text-bytes.js";
import type { Observer } from "./observer.js";

/** A script may write a million files; the report names so many of these calls and counts the rest. */
export const MAX_LISTED_EFFECTS = 10_000;

/** Everything of a session that goes into the run's report, each part bounded. */
export interface Account {
  readonly output: KeptBytes;
  readonly stderr: KeptBytes;
  readonly emits: readonly SessionEmitParams[];
  readonly violations: readonly Violation[];
  /** The first {@link MAX_LISTED_EFFECTS}. */
  readonly effects: readonly Effect[];
  /** All calls that are not idempotent and were started. */
  effectCount: number;
  violationCount: number;
  skippedBytes: number;
  /** Requests after the open, `session.*` not counted. */
  calls: number;
  /** Whether an emit was dropped for want of room. */
  emitsDropped: boolean;

  print(stream: "stdout" | "stderr", bytes: Buffer): void;
  emit(params: SessionEmitParams): void;
  /** Counts a violation. True: it is one of those that are listed and answered (`frame:violation:listed`). */
  violate(requirement: string, detail: string): boolean;
  /** A call that is not idempotent starts; its outcome is unknown until the returned entry says more. */
  beginEffect(id: Effect["id"], method: string): Effect;
}

/** Creates an empty account. Output and emits share one room of maxOutputBytes, stderr has another. */
export function createAccount(maxOutputBytes: number, observer: Observer): Account {
  const outputRoom = createBudget(maxOutputBytes);
  const emits: SessionEmitParams[] = [];
  const emitBytes: number[] = [];
  const emitPlaces = new Map<string, number>();
  const violations: Violation[] = [];
  const effects: Effect[] = [];

  const account: Account = {
    output: createKeptBytes(outputRoom),
    stderr: createKeptBytes(createBudget(maxOutputBytes)),
    emits,
    violations,
    effects,
    effectCount: 0,
    violationCount: 0,
    skippedBytes: 0,
    calls: 0,
    emitsDropped: false,

    print(stream, bytes) {
      // `output:stderr:apart`, `output:captured:in-order`
      (stream === "stdout" ? account.output : account.stderr).append(bytes);
      observer.print?.(stream, bytes);
    },

    emit(params) {
      const place = params.id === undefined ? undefined : emitPlaces.get(params.id);
      if (place !== undefined) outputRoom.give(emitBytes[place] as number);
      const wanted = countBytes(JSON.stringify(params));
      const got = outputRoom.take(wanted);
      if (got < wanted) {
        // What stood there before stays, and keeps its room.
        outputRoom.give(got);
        if (place !== undefined) outputRoom.take(emitBytes[place] as number);
        // `session:emit:drop-reported`
        account.emitsDropped = true;
        account.violate("session:emit:limited", `an emit of ${wanted} bytes is over maxOutputBytes: dropped`);
        return;
      }
      // `session:emit:same-id-replaces`
      const at = place ?? emits.length;
      // `session:emit:reported`
      emits[at] = params;
      emitBytes[at] = wanted;
      if (params.id !== undefined) emitPlaces.set(params.id, at);
      observer.emit?.(params);
    },

    violate(requirement, detail) {
      account.violationCount++;
      observer.violated?.();
      // `frame:violation:silence-after-100`
      if (violations.length >= MAX_LISTED_VIOLATIONS) return false;
      const violation = { requirement, detail };
      violations.push(violation);
      observer.violation?.(violation);
      return true;
    },

    beginEffect(id, method) {
      // `result:report:effects`
      const effect: Effect = { id, method, state: "unknown" };
      account.effectCount++;
      if (effects.length < MAX_LISTED_EFFECTS) effects.push(effect);
      return effect;
    },
  };
  return account;
}
