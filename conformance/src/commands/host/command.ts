import * as fc from "fast-check";
import type { Id, SessionEmitParams } from "@sandpipe/spec/v1";
import { commandList } from "../../arbitraries/command-list.js";
import { cuts, type Cuts } from "../../arbitraries/cuts.js";
import { distinctIds } from "../../arbitraries/id.js";
import { json } from "../../arbitraries/json.js";
import { print, printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import { plainCall, type Plain } from "../../arbitraries/traffic.js";
import { badMembers } from "../../checks/host/bad-envelopes.js";
import type { Part } from "../../target/host-plan.js";

/** One thing that a sandbox may do; what it means depends on where the session stands. A slot is one of its ids. */
export type HostCommand =
  | { readonly do: "call"; readonly slot: number; readonly call: Plain }
  /** A call that is in flight until it is cancelled. */
  | { readonly do: "hold"; readonly slot: number }
  /** As many of them as may be. */
  | { readonly do: "fill" }
  | { readonly do: "cancel"; readonly slot: number; readonly reason: string | null }
  /** Under the id of a call that is held. */
  | { readonly do: "duplicate"; readonly slot: number; readonly how: DuplicateKind }
  | { readonly do: "unknown"; readonly slot: number; readonly method: string }
  | { readonly do: "envelope"; readonly bad: Readonly<Record<string, unknown>> }
  | { readonly do: "second"; readonly method: "session.open" | "session.result" }
  | { readonly do: "print"; readonly part: Part }
  | { readonly do: "captured"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly do: "emit"; readonly emit: SessionEmitParams }
  | { readonly do: "progress"; readonly fraction: number }
  | { readonly do: "notice"; readonly kind: NoticeKind }
  | { readonly do: "record"; readonly kind: RecordKind; readonly body: string }
  /** Goes on when everything that was asked has its answer. */
  | { readonly do: "await" };

export type DuplicateKind = "call" | "envelope" | "session.open" | "session.result";
/** What a host takes note of and never answers. */
export type NoticeKind = "unknown" | "malformed" | "names-a-method" | "answer" | "unknown-cancel";
/** Records that are no frames. */
export type RecordKind = "not-json" | "no-jsonrpc" | "restart" | "too-deep";

/** A whole session against a host: what comes before the open, in the open session, and after the result. */
export interface HostSessionCase {
  readonly ids: readonly Id[];
  /** Where each write is cut; whole writes go into one read. */
  readonly where: Cuts | null;
  /** Only commands of these kinds are taken: sessions of a few kinds go deeper than those of all. */
  readonly kinds: readonly HostCommand["do"][];
  readonly early: readonly HostCommand[];
  readonly open: readonly HostCommand[];
  readonly result:
    { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };
  readonly late: readonly HostCommand[];
  /** Bytes of a record that the end of the stream cuts. */
  readonly cut: string | null;
  readonly code: number;
}

/** Ids of a session: more than may be in flight, so that some call finds the session full. */
export const SLOTS = 10;
/** The least that every host grants, so that a full session is a short one. */
export const MAX_IN_FLIGHT = 8;

const slot = fc.nat(SLOTS - 1);
const COMMANDS: { readonly [K in HostCommand["do"]]: fc.Arbitrary<Extract<HostCommand, { do: K }>> } = {
  call: fc.record({
    do: fc.constant("call"),
    slot,
    call: plainCall(["echo", "delay", "fail", "thrown", "bytes"]),
  }),
  hold: fc.record({ do: fc.constant("hold"), slot }),
  fill: fc.record({ do: fc.constant("fill") }),
  cancel: fc.record({ do: fc.constant("cancel"), slot, reason: fc.option(text, { nil: null }) }),
  duplicate: fc.record({
    do: fc.constant("duplicate"),
    slot,
    how: fc.constantFrom<DuplicateKind[]>("call", "envelope", "session.open", "session.result"),
  }),
  unknown: fc.record({
    do: fc.constant("unknown"),
    slot,
    method: fc.constantFrom("conformance.absent", "conformance.hidden", "conformance.count ", "toString"),
  }),
  envelope: fc.record({ do: fc.constant("envelope"), bad: badMembers }),
  second: fc.record({
    do: fc.constant("second"),
    method: fc.constantFrom<("session.open" | "session.result")[]>("session.open", "session.result"),
  }),
  print: fc.record({ do: fc.constant("print"), part: print }),
  captured: fc.record({
    do: fc.constant("captured"),
    stream: fc.constantFrom<("stdout" | "stderr")[]>("stdout", "stdout", "stderr"),
    text: printedText,
  }),
  emit: fc.record({
    do: fc.constant("emit"),
    emit: fc.tuple(fc.constantFrom(null, "a", "b"), json).map(([id, value]) => ({
      ...(id === null ? {} : { id }),
      name: "e",
      data: { "application/json": value },
    })),
  }),
  progress: fc.record({ do: fc.constant("progress"), fraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
  notice: fc.record({
    do: fc.constant("notice"),
    kind: fc.constantFrom<NoticeKind[]>("unknown", "malformed", "names-a-method", "answer", "unknown-cancel"),
  }),
  record: fc.record({
    do: fc.constant("record"),
    kind: fc.constantFrom<RecordKind[]>("not-json", "no-jsonrpc", "restart", "too-deep"),
    body: text.map((some) => some.replaceAll(/[\u001e\n]/gu, "")),
  }),
  await: fc.record({ do: fc.constant("await") }),
};

const KINDS = Object.keys(COMMANDS) as HostCommand["do"][];
const command: fc.Arbitrary<HostCommand> = fc.oneof(
  ...KINDS.map((kind) => ({
    weight: kind === "call" || kind === "hold" ? 4 : 2,
    arbitrary: COMMANDS[kind],
  })),
);

/** Whole sessions; they shrink to few commands of few kinds. */
export const hostSession: fc.Arbitrary<HostSessionCase> = fc.record({
  ids: fc.oneof(
    distinctIds(SLOTS, SLOTS),
    fc
      .uniqueArray(fc.nat(99), { minLength: SLOTS / 2, maxLength: SLOTS / 2 })
      .map((numbers) => numbers.flatMap((one) => [one, String(one)])),
  ),
  where: fc.option(cuts, { nil: null, freq: 1 }),
  kinds: fc.oneof(fc.subarray(KINDS, { minLength: 3 }), fc.constant(KINDS)),
  early: commandList(command, 6),
  open: commandList(command, 60),
  result: fc.oneof(
    fc.record({ ok: fc.constant(true as const), value: json }),
    fc.record({ ok: fc.constant(false as const), message: text }),
  ),
  late: commandList(command, 10),
  cut: fc.option(fc.constantFrom("", "{", '{"jsonrpc":"2.0","id":"cut"'), { nil: null }),
  code: fc.constantFrom(0, 0, 0, 3),
});
