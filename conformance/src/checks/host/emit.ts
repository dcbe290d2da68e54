import * as fc from "fast-check";
import { json } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { countedFact, outputFact, resultFact } from "./facts.js";
import { answered, BARRIER, echo, notification, opened, write } from "./steps.js";

const emitted = fc.record({
  name: text,
  data: fc.dictionary(fc.constantFrom("text/plain", "application/json", "image/svg+xml"), json),
});

/** What takes room: a print, or an emit of which so many bytes are content. */
interface Act {
  readonly do: "print" | "emit";
  readonly bytes: number;
  readonly id: string | null;
}

const act: fc.Arbitrary<Act> = fc.record({
  do: fc.constantFrom("emit", "emit", "print"),
  bytes: fc.integer({ min: 0, max: 1_500 }),
  id: fc.constantFrom("a", "b", null),
});

/** The params of an emit. Plain letters only: their JSON has one compact form. */
function paramsOf({ id, bytes }: Act): Readonly<Record<string, unknown>> {
  return { ...(id === null ? {} : { id }), name: "n", data: { "text/plain": "x".repeat(bytes) } };
}

interface Kept {
  readonly emits: readonly unknown[];
  readonly output: string;
  readonly dropped: number;
}

/** What a session with so much room keeps: output and emits share it, and what is kept of the output has no gap. */
function kept(acts: readonly Act[], room: number): Kept {
  const sizeOf = (params: unknown): number => JSON.stringify(params).length;
  const emits: Readonly<Record<string, unknown>>[] = [];
  let left = room;
  let output = "";
  let cut = false;
  let dropped = 0;
  for (const one of acts) {
    if (one.do === "print") {
      const take: number = cut ? 0 : Math.min(one.bytes, left);
      cut ||= take < one.bytes;
      output += "o".repeat(take);
      left -= take;
      continue;
    }
    const params = paramsOf(one);
    const at = one.id === null ? -1 : emits.findIndex(({ id }) => id === one.id);
    const back = at < 0 ? 0 : sizeOf(emits[at]);
    if (sizeOf(params) > left + back) dropped++;
    else {
      left += back - sizeOf(params);
      emits.splice(at < 0 ? emits.length : at, at < 0 ? 0 : 1, params);
    }
  }
  return { emits, output, dropped };
}

/** Checks of `session.emit`, in the order of their rows. */
export const emitChecks: readonly HostCheck[] = [
  hostCheck("session:emit:reported", {
    given: fc.array(emitted, { minLength: 1, maxLength: 8 }),
    when: (emits) => opened(write(...emits.map((one) => notification("session.emit", one))), BARRIER),
    then: (seen, emits) => [
      { about: "the emits in the report", expected: emits, actual: seen.report?.emits },
    ],
    reach: { count: (_, emits) => emits.length - 1 },
  }),

  hostCheck("session:emit:same-id-replaces", {
    given: fc.array(fc.record({ id: fc.constantFrom("a", "b", "c"), n: fc.nat(99) }), {
      minLength: 2,
      maxLength: 12,
    }),
    when: (emits) =>
      opened(
        write(
          ...emits.map(({ id, n }) =>
            notification("session.emit", { id, name: id, data: { "application/json": n } }),
          ),
        ),
        BARRIER,
      ),
    then: (seen, emits) => {
      const last = new Map(emits.map(({ id, n }) => [id, n]));
      const first = [...new Set(emits.map(({ id }) => id))];
      return [
        {
          about: "the emits in the report",
          expected: first.map((id) => ({ id, name: id, data: { "application/json": last.get(id) } })),
          actual: seen.report?.emits,
        },
      ];
    },
    reach: { count: (_, emits) => emits.length - new Set(emits.map(({ id }) => id)).size },
  }),

  hostCheck("session:emit:limited", {
    given: fc.integer({ min: 20, max: 60 }),
    when: (times) => ({
      run: { limits: { maxOutputBytes: 4_000 } },
      steps: [
        { do: "open" },
        write(
          ...Array.from({ length: times }, (_, n) =>
            notification("session.emit", { name: `n${n}`, data: { "text/plain": "x".repeat(1_000) } }),
          ),
          echo("after"),
        ),
        answered("after"),
      ],
    }),
    then: (seen) => {
      const bytes = JSON.stringify(seen.report?.emits ?? []).length;
      const bound = 8_000;
      return [
        resultFact(seen, "after", { id: "after" }),
        {
          about: "bytes of the emits in the report",
          expected: `at most ${bound}`,
          actual: bytes <= bound ? `at most ${bound}` : String(bytes),
        },
      ];
    },
    reach: { count: (_, times) => times },
    runs: 4,
  }),

  hostCheck("session:emit:drop-reported", {
    given: fc.record({
      room: fc.integer({ min: 1_000, max: 4_000 }),
      acts: fc
        .tuple(fc.array(act, { minLength: 6, maxLength: 20, size: "max" }), fc.nat(20))
        // One that no room holds.
        .map(([acts, at]) =>
          acts.toSpliced(at % (acts.length + 1), 0, { do: "emit", bytes: 4_000, id: null }),
        ),
    }),
    when: ({ room, acts }) => ({
      run: { limits: { maxOutputBytes: room } },
      steps: [
        { do: "open" },
        write(
          ...acts.map((one): Part =>
            one.do === "print"
              ? { text: "o".repeat(one.bytes) }
              : notification("session.emit", paramsOf(one)),
          ),
        ),
        BARRIER,
      ],
    }),
    then: (seen, { room, acts }) => {
      const { emits, output, dropped } = kept(acts, room);
      const printed = acts.reduce((sum, one) => sum + (one.do === "print" ? one.bytes : 0), 0);
      const { outputTruncated = false, outputBytes, violations = [] } = seen.report ?? {};
      return [
        { about: "the emits in the report", expected: emits, actual: seen.report?.emits },
        outputFact(seen, Buffer.from(output)),
        {
          about: "outputTruncated in the report",
          expected: dropped > 0 || printed > output.length,
          actual: outputTruncated,
        },
        // An emit is no output: outputBytes counts prints alone.
        { about: "outputBytes in the report", expected: printed, actual: outputBytes ?? output.length },
        countedFact(seen, dropped),
        {
          about: "the requirements that the violations name",
          expected: Array.from({ length: dropped }, () => "session:emit:limited"),
          actual: violations.map(({ requirement }) => requirement),
        },
      ];
    },
    reach: { count: (_, { room, acts }) => kept(acts, room).dropped },
  }),
];
