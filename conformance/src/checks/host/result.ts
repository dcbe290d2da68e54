import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import { id } from "../../arbitraries/id.js";
import { json } from "../../arbitraries/json.js";
import { printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { errorFact, located, outcomeFact, outputFact } from "./facts.js";
import {
  answered,
  call,
  captured,
  delay,
  echo,
  notification,
  opened,
  openedWithGrace,
  write,
} from "./steps.js";

const CANCELLED = { code: ERROR_CODE.cancelled, kind: "cancelled" };
const NOT_OPEN = { code: ERROR_CODE.session_not_open, kind: "session_not_open" };
const exit = (code: number): HostStep => ({ do: "exit", code });

/** Hands over an ok result. */
function ok(under: Id, value: unknown): Part {
  return call(under, "session.result", { ok: true, value });
}

const scriptError = fc.record({ name: text, message: text, stack: text });

/** Checks of the area `result`, in the order of its rows. */
export const resultChecks: readonly HostCheck[] = [
  hostCheck("result:accepted:acknowledged", {
    given: fc.record({ under: id, value: json }),
    when: ({ under, value }) => opened(write(ok(under, value)), answered(under), exit(0)),
    then: (seen, { under }) => {
      const answers = seen.answers(under);
      const acknowledged = answers.length === 1 && typeof answers[0]?.value["result"] === "object";
      return [
        located(
          "the response to the result",
          "a result",
          acknowledged ? "a result" : answers,
          answers[0]?.at,
        ),
      ];
    },
    reach: { count: (seen, { under }) => seen.answers(under).length },
  }),

  hostCheck("result:ok:reported", {
    given: json,
    when: (value) => opened({ do: "end", value }),
    then: (seen, value) => [
      outcomeFact(seen, "ok"),
      { about: "the result in the report", expected: value, actual: seen.report?.result ?? null },
    ],
    reach: { count: () => 1 },
    runs: 16,
  }),

  hostCheck("result:failed:reported", {
    given: fc.record({ error: scriptError, code: fc.constantFrom(0, 1) }),
    when: ({ error, code }) =>
      opened(write(call("result", "session.result", { ok: false, error })), answered("result"), exit(code)),
    then: (seen, { error }) => [
      outcomeFact(seen, "failed"),
      { about: "the error in the report", expected: error, actual: seen.report?.error },
    ],
    reach: { count: () => 1 },
  }),

  hostCheck("result:exit-code:failed", {
    given: fc.integer({ min: 1, max: 125 }),
    when: (code) => opened(write(ok("result", 1)), answered("result"), exit(code)),
    then: (seen, code) => [
      outcomeFact(seen, "failed"),
      { about: "the exit code in the report", expected: code, actual: seen.report?.exit.code },
    ],
    reach: { count: () => 1 },
  }),

  hostCheck("result:missing:failed", {
    given: fc.record({ calls: fc.nat(3), print: printedText }),
    when: ({ calls, print }) =>
      opened(
        write(...Array.from({ length: calls }, (_, index) => echo(index)), { text: print }),
        answered(...Array.from({ length: calls }, (_, index) => index)),
        exit(0),
      ),
    then: (seen) => [
      outcomeFact(seen, "failed"),
      { about: "the result in the report", expected: undefined, actual: seen.report?.result },
    ],
    reach: { count: () => 1 },
  }),

  hostCheck("result:second:refused", {
    given: fc.record({ first: json, others: fc.array(json, { minLength: 1, maxLength: 4 }) }),
    when: ({ first, others }) =>
      opened(
        write(ok("first", first)),
        answered("first"),
        write(...others.map((value, index) => ok(index, { second: value }))),
        answered(...others.keys()),
        exit(0),
      ),
    then: (seen, { first, others }) => [
      ...others.map((_, index) => errorFact(seen, index, { code: RPC_ERROR.invalidRequest })),
      outcomeFact(seen, "ok"),
      { about: "the result in the report", expected: first, actual: seen.report?.result ?? null },
    ],
    reach: { count: (_, { others }) => others.length },
  }),

  hostCheck("result:after:calls-cancelled", {
    given: fc.integer({ min: 1, max: 32 }),
    when: (running) => {
      const ids = Array.from({ length: running }, (_, index) => index);
      return openedWithGrace(
        write(...ids.map((one) => delay(one, 15_000)), ok("result", 1)),
        answered("result", ...ids),
        exit(0),
      );
    },
    then: (seen, running) => [
      ...Array.from({ length: running }, (_, index) => errorFact(seen, index, CANCELLED)),
      outcomeFact(seen, "ok"),
    ],
    reach: { count: (_, running) => running },
  }),

  hostCheck("result:after:requests-refused", {
    given: fc.array(
      fc.constantFrom("conformance.echo", "conformance.count", "conformance.absent", "conformance.throw"),
      {
        minLength: 1,
        maxLength: 12,
      },
    ),
    when: (methods) =>
      openedWithGrace(
        write(ok("result", 1), ...methods.map((method, index) => call(index, method, { key: "late" }))),
        answered("result", ...methods.keys()),
        exit(0),
      ),
    then: (seen, methods) => [
      ...methods.map((_, index) => errorFact(seen, index, NOT_OPEN)),
      outcomeFact(seen, "ok"),
    ],
    reach: { count: (_, methods) => methods.length },
  }),

  hostCheck("result:after:output-taken", {
    given: fc.record({ raw: printedText, text }),
    when: ({ raw, text: some }) =>
      openedWithGrace(
        write({ text: "before " }, ok("result", 1)),
        answered("result"),
        write({ text: `raw ${raw}` }, captured(`captured ${some}`), { text: "last" }),
        exit(0),
      ),
    then: (seen, { raw, text: some }) => [
      outcomeFact(seen, "ok"),
      outputFact(seen, Buffer.from(`before raw ${raw}captured ${some}last`)),
    ],
    reach: { count: () => 1 },
  }),

  hostCheck("result:after:emit-taken", {
    given: fc.array(json, { minLength: 1, maxLength: 5 }),
    when: (values) =>
      openedWithGrace(
        write(ok("result", 1)),
        answered("result"),
        write(
          ...values.map((value, n) =>
            notification("session.emit", { name: `n${n}`, data: { "application/json": value } }),
          ),
        ),
        exit(0),
      ),
    then: (seen, values) => [
      outcomeFact(seen, "ok"),
      {
        about: "the names of the emits in the report",
        expected: values.map((_, n) => `n${n}`),
        actual: seen.report?.emits.map(({ name }) => name),
      },
    ],
    reach: { count: (_, values) => values.length },
  }),

  hostCheck("result:report:effects", {
    given: fc.integer({ min: 1, max: 4 }),
    when: (written) =>
      opened(
        write(
          ...Array.from({ length: written }, (_, index) =>
            call(index, "files.write", { name: `w${index}.txt`, content: "x", encoding: "utf8" }),
          ),
          call("bad", "files.read", { fileId: "f1", encoding: "utf8" }),
        ),
        answered(...Array.from({ length: written }, (_, index) => index), "bad"),
      ),
    then: (seen, written) => [
      {
        about: "the effects of files.write in the report",
        expected: Array.from({ length: written }, (_, id) => ({ id, method: "files.write", state: "done" })),
        actual: (seen.report?.effects ?? [])
          .filter(({ method }) => method === "files.write")
          .sort((a, b) => Number(a.id) - Number(b.id)),
      },
    ],
    reach: { count: (_, written) => written },
  }),

  hostCheck("result:report:phase", {
    given: fc.constantFrom("open", "running", "result"),
    when: (phase) => {
      if (phase === "open") return { steps: [exit(0)] };
      if (phase === "running") return opened(exit(0));
      return opened(write(ok("result", 1)), answered("result"), exit(0));
    },
    then: (seen, phase) => [
      { about: "the phase in the report", expected: phase, actual: seen.report?.phase },
    ],
    reach: { count: () => 1 },
  }),
];
