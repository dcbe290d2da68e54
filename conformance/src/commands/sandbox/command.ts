import * as fc from "fast-check";
import { commandList } from "../../arbitraries/command-list.js";
import { cuts, type Cuts } from "../../arbitraries/cuts.js";
import { json, params } from "../../arbitraries/json.js";
import { printedBytes, printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import type { PrintCase } from "../../checks/sandbox/steps.js";

/** One thing that the script or its host does. A number picks one of the calls that may be meant, counted round. */
export type SandboxCommand =
  | { readonly do: "call"; readonly value: unknown }
  /** Aborts a call that is pending. */
  | { readonly do: "cancel"; readonly of: number }
  | { readonly do: "print"; readonly stream: "stdout" | "stderr"; readonly print: PrintCase }
  | { readonly do: "emit"; readonly value: unknown }
  | { readonly do: "progress"; readonly fraction: number }
  /** Answers a call that is pending. */
  | { readonly do: "answer"; readonly of: number; readonly answer: AnswerCase }
  /** Answers a call that is settled or cancelled. */
  | { readonly do: "late"; readonly of: number; readonly answer: AnswerCase }
  /** What a host's stream may hold besides. */
  | { readonly do: "noise"; readonly noise: NoiseCase }
  /** Goes on when the script has heard of everything that was answered. */
  | { readonly do: "await" };

/** One answer of the host's. */
export type AnswerCase =
  | { readonly how: "result"; readonly value: unknown }
  /** A result, and another one right behind it. */
  | { readonly how: "twice"; readonly value: unknown }
  | {
      readonly how: "error";
      readonly error: { readonly code: number; readonly message: string; readonly data: unknown };
    }
  | { readonly how: "neither" | "both" };

/** What is no answer to any call. */
export type NoiseCase =
  | { readonly kind: "stray" | "malformed"; readonly text: string }
  | { readonly kind: "unknown-id" | "request" | "notification" | "refusal" };

/** A whole session against a sandbox. */
export interface SandboxSessionCase {
  /** Where each write of answers is cut; whole writes go into one read. */
  readonly where: Cuts | null;
  /** Only commands of these kinds are taken: sessions of a few kinds go deeper than those of all. */
  readonly kinds: readonly SandboxCommand["do"][];
  readonly commands: readonly SandboxCommand[];
  /** Whether calls that nobody has answered are still pending when the script ends. */
  readonly pending: boolean;
  readonly end: { readonly value: unknown } | { readonly message: string };
  /** What comes between the result and its acknowledgement. */
  readonly late: readonly SandboxCommand[];
}

/** Line APIs of some languages format what has a percent sign in it. */
const plain = (some: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  some.map((value) => value.replaceAll("%", "percent"));

const print: fc.Arbitrary<PrintCase> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      api: fc.nat(11),
      text: plain(printedText),
      times: fc.constantFrom(1, 1, 1, 9_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(5), printedBytes)
      .map(([api, bytes]) => ({ api: 2 * api, text: "bytes", times: 1, base64: bytes.toString("base64") })),
  },
);

const answer: fc.Arbitrary<AnswerCase> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ how: fc.constant("result" as const), value: json }) },
  { weight: 2, arbitrary: fc.constant({ how: "result", value: null } as const) },
  { weight: 1, arbitrary: fc.record({ how: fc.constant("twice" as const), value: json }) },
  {
    weight: 2,
    arbitrary: fc.record({
      how: fc.constant("error" as const),
      error: fc.record({ code: fc.integer({ min: 2_000, max: 99_999 }), message: text, data: params }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ how: fc.constantFrom("neither" as const, "both" as const) }) },
);

const noise: fc.Arbitrary<NoiseCase> = fc.oneof(
  fc.record({ kind: fc.constant("stray" as const), text: printedText }),
  fc.record({
    kind: fc.constant("malformed" as const),
    text: fc.constantFrom("", "null", "42", "[]", "{", "NaN", '{"jsonrpc":"2.0"}', '{"id":1,"result":2}'),
  }),
  fc.record({
    kind: fc.constantFrom<("unknown-id" | "request" | "notification" | "refusal")[]>(
      "unknown-id",
      "request",
      "notification",
      "refusal",
    ),
  }),
);

const COMMANDS: { readonly [K in SandboxCommand["do"]]: fc.Arbitrary<Extract<SandboxCommand, { do: K }>> } = {
  call: fc.record({ do: fc.constant("call"), value: json }),
  cancel: fc.record({ do: fc.constant("cancel"), of: fc.nat(7) }),
  print: fc.record({
    do: fc.constant("print"),
    stream: fc.constantFrom<("stdout" | "stderr")[]>("stdout", "stdout", "stderr"),
    print,
  }),
  emit: fc.record({ do: fc.constant("emit"), value: json }),
  progress: fc.record({ do: fc.constant("progress"), fraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
  answer: fc.record({ do: fc.constant("answer"), of: fc.nat(7), answer }),
  late: fc.record({ do: fc.constant("late"), of: fc.nat(7), answer }),
  noise: fc.record({ do: fc.constant("noise"), noise }),
  await: fc.record({ do: fc.constant("await") }),
};

const KINDS = Object.keys(COMMANDS) as SandboxCommand["do"][];
const WEIGHTS: Partial<Record<SandboxCommand["do"], number>> = {
  call: 6,
  answer: 5,
  print: 2,
  late: 3,
  noise: 2,
  cancel: 2,
};
const command: fc.Arbitrary<SandboxCommand> = fc.oneof(
  ...KINDS.map((kind) => ({ weight: WEIGHTS[kind] ?? 1, arbitrary: COMMANDS[kind] })),
);

/** Whole sessions; they shrink to few commands of few kinds. */
export const sandboxSession: fc.Arbitrary<SandboxSessionCase> = fc.record({
  where: fc.option(cuts, { nil: null, freq: 1 }),
  kinds: fc.oneof(fc.subarray(KINDS, { minLength: 3 }), fc.constant(KINDS)),
  // Of one list many are short.
  commands: commandList(command, 30, 30, 30),
  pending: fc.boolean(),
  end: fc.oneof(
    json.map((value) => ({ value })),
    fc.string({ minLength: 1, maxLength: 30 }).map((message) => ({ message })),
  ),
  late: commandList(command, 5),
});
