import { ERROR_CODE, RPC_ERROR, type Id, type SessionEmitParams } from "@sandpipe/spec/v1";
import type { Deserved } from "../../arbitraries/traffic.js";
import { counting } from "../../checks/host/refusal.js";
import {
  answered,
  call,
  captured,
  count,
  delay,
  notification,
  write,
  writeCut,
} from "../../checks/host/steps.js";
import { encodePart } from "../../target/host-parts.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import type { Subject } from "../../target/target.js";
import { MAX_IN_FLIGHT, type HostCommand, type HostSessionCase, type RecordKind } from "./command.js";
import { earlyRow, OPEN, ROW_OF_DUPLICATE, ROW_OF_RECORD, ROW_OF_UNKNOWN, textsOf } from "./rows.js";
import type { ExpectedAnswer, ExpectedRefusal, Piece } from "./expected.js";

/** What the model makes of a session: the plan, and all that must come of it. */
export interface PlayedHostSession {
  readonly steps: readonly HostStep[];
  readonly answers: readonly ExpectedAnswer[];
  readonly refusals: readonly ExpectedRefusal[];
  readonly output: readonly Piece[];
  readonly stderr: readonly Piece[];
  readonly emits: readonly { readonly row: string; readonly emit: SessionEmitParams }[];
  readonly violations: number;
  /** Rows of what was sent that is never answered, in order. */
  readonly silent: readonly string[];
}

/** Longer than any session: a call that is in flight until it is cancelled. */
const UNTIL_CANCELLED = 15_000;
const CANCELLED = { refused: { code: ERROR_CODE.cancelled, kind: "cancelled" } };
const NOT_OPEN = { refused: { code: ERROR_CODE.session_not_open, kind: "session_not_open" } };
const INVALID = { refused: { code: RPC_ERROR.invalidRequest } };
const EXACTLY_ONE = "call:response:exactly-one";
const OWN_RESULT = "call:response:own-result";

/** Rows of calls that a host has to serve; where such an id was used before, it should have served it again. */
const SERVED = new Set([EXACTLY_ONE, "result:after:calls-cancelled", "cancel:call:prompt"]);

type Phase = "early" | "open" | "late";

/** Carries the commands out on the model alone. Pure. */
export function playHost(given: HostSessionCase, subject: Pick<Subject, "features">): PlayedHostSession {
  const steps: HostStep[] = [];
  const answers: ExpectedAnswer[] = [];
  const refusals: ExpectedRefusal[] = [];
  const output: Piece[] = [];
  const stderr: Piece[] = [];
  const emits: { row: string; emit: SessionEmitParams }[] = [];
  const silent: string[] = [];
  /** Keys under which something counted that must not be executed, and what is charged if it was. */
  const keys = new Map<string, string>();
  const uses = new Map<string, number>();
  const held = new Map<Id, number>();
  const short: Id[] = [];
  let written: Part[] = [];
  let phase: Phase = "early";
  let violations = 0;
  let refusalsAwaited = 0;
  let settledAnswers = 0;
  let settledViolations = 0;
  let made = 0;
  /** How often something has been waited for: a cancel in the same write as its call is a case of its own. */
  let turn = 0;

  const keyOf = (id: Id): string => `${typeof id}:${id}`;
  const idOf = (slot: number): Id => given.ids[slot % given.ids.length] as Id;
  const fresh = (what: string): Id => `k:${what}-${++made}`;
  const inFlight = (): readonly Id[] => [...held.keys(), ...short];

  const flush = (): void => {
    if (written.length > 0)
      steps.push(given.where === null ? write(...written) : writeCut(given.where, written));
    written = [];
  };
  /** Afterwards only held calls are in flight, for certain. */
  const settle = (): void => {
    flush();
    turn++;
    if (short.length > 0) steps.push(answered(...short.splice(0)));
    const more = refusals.length - refusalsAwaited;
    if (more > 0) steps.push({ do: "await-refusals", count: more });
    refusalsAwaited = refusals.length;
    settledAnswers = answers.length;
    settledViolations = violations;
  };
  const deserve = (id: Id, deserves: ExpectedAnswer["deserves"], row: string, missing = row): void => {
    const use = uses.get(keyOf(id)) ?? 0;
    uses.set(keyOf(id), use + 1);
    const hasTwin = inFlight().some((other) => typeof other !== typeof id && String(other) === String(id));
    const lost = use > 0 && SERVED.has(missing) ? "call:duplicate:finished-served" : missing;
    answers.push({ id, use, deserves, row, missing: lost, hasTwin });
    short.push(id);
  };
  const busy = (id: Id): void => {
    keys.set("busy", "limit:in-flight:busy");
    written.push(count(id, "busy"));
    deserve(id, { refused: { code: ERROR_CODE.busy, kind: "busy" } }, "limit:in-flight:busy");
  };
  /** Brings about that a request under this id is served or refused for certain; false when the id is in flight. */
  const makeRoom = (id: Id): boolean => {
    if (short.some((other) => other === id) || held.size + short.length >= MAX_IN_FLIGHT) settle();
    return !held.has(id);
  };
  /** A request that the session isn't open for; false when it is. */
  const refusedAsNotOpen = (id: Id): boolean => {
    if (phase === "open") return false;
    const row = phase === "early" ? "session:open:first" : "result:after:requests-refused";
    if (phase === "early") keys.set("early", row);
    written.push(count(id, "early"));
    deserve(id, NOT_OPEN, row);
    return true;
  };
  const drop = (row: string, ...parts: readonly Part[]): void => {
    violations++;
    silent.push(phase === "early" ? "session:notification:before-open" : row);
    written.push(...parts);
  };

  const carryOut = (command: HostCommand): void => {
    switch (command.do) {
      case "call": {
        const id = idOf(command.slot);
        if (!makeRoom(id) || refusedAsNotOpen(id)) return;
        if (held.size >= MAX_IN_FLIGHT) return busy(id);
        const { method, params, deserves } = command.call;
        written.push(call(id, method, params));
        return deserve(id, deserves, rowOfDeserved(deserves), missingRow());
      }
      case "hold": {
        const id = idOf(command.slot);
        if (phase !== "open" || !makeRoom(id)) return;
        if (held.size >= MAX_IN_FLIGHT) return busy(id);
        written.push(delay(id, UNTIL_CANCELLED));
        return void held.set(id, turn);
      }
      case "fill":
        for (let at = 0; at < given.ids.length && held.size < MAX_IN_FLIGHT; at++)
          carryOut({ do: "hold", slot: at });
        return;
      case "cancel": {
        const id = idOf(command.slot);
        const { reason } = command;
        const part = notification("session.cancel", { id, ...(reason === null ? {} : { reason }) });
        if (phase === "early") return drop("", part);
        // Of a short call nobody knows whether it is cancelled or ends first.
        if (short.some((other) => other === id)) settle();
        const since = held.get(id);
        if (phase === "late" || since === undefined) silent.push("cancel:unknown:ignored");
        written.push(part);
        if (phase === "late" || since === undefined) return;
        const full = held.size >= MAX_IN_FLIGHT;
        held.delete(id);
        const row = since === turn ? "cancel:call:same-read" : "cancel:call:prompt";
        return deserve(id, CANCELLED, row, full ? "limit:in-flight:cancel-gets-through" : row);
      }
      case "duplicate": {
        const id = idOf(command.slot);
        if (!held.has(id)) return;
        return duplicate(id, command.how);
      }
      case "unknown": {
        const id = idOf(command.slot);
        if (!makeRoom(id) || refusedAsNotOpen(id)) return;
        const { method } = command;
        const row = ROW_OF_UNKNOWN[method] ?? "method:whitelist:exact";
        keys.set("unknown", "method:whitelist:exact");
        written.push(call(id, method, { key: "unknown" }));
        return deserve(id, { refused: { code: RPC_ERROR.methodNotFound } }, row);
      }
      case "envelope": {
        const id = fresh("envelope");
        if (held.size + short.length >= MAX_IN_FLIGHT) settle();
        violations++;
        keys.set("refusal", "call:envelope:invalid-request");
        written.push({ record: JSON.stringify({ ...counting(id), ...command.bad }) });
        return deserve(id, INVALID, "call:envelope:invalid-request");
      }
      case "second": {
        const id = fresh("second");
        const open = command.method === "session.open";
        if (open ? phase === "early" : phase === "open") return;
        written.push(call(id, command.method, open ? OPEN : { ok: true, value: "second" }));
        const early = phase === "early";
        const own = open ? "session:open:second-refused" : "result:second:refused";
        return deserve(id, early ? NOT_OPEN : INVALID, early ? "session:open:first" : own);
      }
      case "print":
        keys.set("printed", "output:print:never-executed");
        output.push({ row: late("output:raw:byte-exact"), bytes: bytesOf(command.part) });
        return void written.push(command.part);
      case "captured": {
        const stream = command.stream === "stdout" ? output : stderr;
        const row = command.stream === "stdout" ? "output:captured:in-order" : "output:stderr:apart";
        stream.push({ row: late(row), bytes: Buffer.from(command.text) });
        return void written.push(captured(command.text, command.stream));
      }
      case "emit": {
        if (!subject.features.includes("emit")) return;
        const part = notification("session.emit", command.emit);
        if (phase === "early") return drop("", part);
        const { id } = command.emit;
        const at = id === undefined ? -1 : emits.findIndex(({ emit }) => emit.id === id);
        const row = at < 0 ? "session:emit:reported" : "session:emit:same-id-replaces";
        const taken = { row: phase === "late" ? "result:after:emit-taken" : row, emit: command.emit };
        if (at < 0) emits.push(taken);
        else emits[at] = taken;
        return void written.push(part);
      }
      case "progress": {
        if (!subject.features.includes("progress")) return;
        const part = notification("session.progress", { fraction: command.fraction });
        if (phase === "early") return drop("", part);
        silent.push("session:progress:taken");
        return void written.push(part);
      }
      case "notice":
        return notice(command.kind);
      case "record":
        return record(command.kind, command.body);
      case "await":
        return settle();
    }
  };

  const late = (row: string): string =>
    phase === "open" ? row : phase === "late" ? "result:after:output-taken" : earlyRow(row);
  /** What went before a call in the same turn says which rule its missing answer breaks. */
  const missingRow = (): string => {
    if (violations > settledViolations) return "frame:violation:session-survives";
    const failed = answers.slice(settledAnswers).some(({ row }) => row === "error:internal:no-leak");
    return failed ? "error:internal:session-survives" : EXACTLY_ONE;
  };
  const duplicate = (id: Id, how: Extract<HostCommand, { do: "duplicate" }>["how"]): void => {
    const params = how === "session.open" ? OPEN : { ok: true, value: "too early" };
    const frame =
      how === "call"
        ? { ...counting(id), params: { key: "duplicate" } }
        : how === "envelope"
          ? { ...counting(id), jsonrpc: "1.0", params: { key: "duplicate-envelope" } }
          : { jsonrpc: "2.0", id, method: how, params };
    const row = ROW_OF_DUPLICATE[how];
    if (how === "call") keys.set("duplicate", row);
    if (how === "envelope") {
      keys.set("duplicate-envelope", row);
      violations++;
    }
    // As a record, since it is no request of which the kit awaits the answer.
    written.push({ record: JSON.stringify(frame) });
    refusals.push({
      row,
      code: how === "envelope" ? RPC_ERROR.invalidRequest : ERROR_CODE.duplicate_id,
      of: id,
    });
  };
  const notice = (kind: Extract<HostCommand, { do: "notice" }>["kind"]): void => {
    switch (kind) {
      case "unknown":
        return drop("session:notification:unknown-dropped", notification("x.unknown", {}));
      case "malformed": {
        const malformed = { jsonrpc: "2.0", method: "session.progress", params: { fraction: "half" } };
        return drop("session:notification:unknown-dropped", { record: JSON.stringify(malformed) });
      }
      case "names-a-method":
        keys.set("notification", "call:notification:never-executed");
        return drop(
          "call:notification:never-executed",
          notification("conformance.count", { key: "notification" }),
        );
      case "answer":
        silent.push("call:answer:never-answered");
        return void written.push({ record: '{"jsonrpc":"2.0","id":"k:nobody","result":1}' });
      case "unknown-cancel": {
        const part = notification("session.cancel", { id: "k:nobody" });
        if (phase === "early") return drop("", part);
        silent.push("cancel:unknown:ignored");
        return void written.push(part);
      }
    }
  };
  const record = (kind: RecordKind, body: string): void => {
    const row = ROW_OF_RECORD[kind];
    const texts = textsOf(kind, body);
    for (const text of texts) output.push({ row, bytes: Buffer.from(text) });
    written.push(...texts.map((text): Part => ({ text })));
    violations += kind === "restart" ? 2 : 1;
    if (kind === "no-jsonrpc") silent.push(row);
    else refusals.push({ row, code: kind === "too-deep" ? ERROR_CODE.limit_exceeded : RPC_ERROR.parseError });
  };
  const take = (commands: readonly HostCommand[]): void => {
    for (const command of commands) if (given.kinds.includes(command.do)) carryOut(command);
  };
  /** Asks for the counts of what must not have been executed. */
  const countExecutions = (): void => {
    settle();
    const [first] = held.keys();
    if (first !== undefined && held.size >= MAX_IN_FLIGHT)
      carryOut({ do: "cancel", slot: slotOf(first), reason: null });
    for (const [key, row] of keys) {
      settle();
      const id = fresh("count");
      written.push(count(id, key));
      deserve(id, { result: 1 }, row, missingRow());
    }
    settle();
  };
  const slotOf = (id: Id): number => given.ids.indexOf(id);

  take(given.early);
  settle();
  steps.push({ do: "open" });
  phase = "open";
  take(given.open);
  countExecutions();
  const { result } = given;
  const said = result.ok
    ? result
    : { ok: false, error: { name: "Error", message: result.message, stack: "" } };
  written.push(call("k:result", "session.result", said));
  deserve("k:result", { result: {} }, "result:accepted:acknowledged");
  for (const id of [...held.keys()]) {
    held.delete(id);
    deserve(id, CANCELLED, "result:after:calls-cancelled");
  }
  settle();
  phase = "late";
  take(given.late);
  settle();
  written.push(call("k:last", "conformance.count", { key: "late" }));
  deserve("k:last", NOT_OPEN, "result:after:requests-refused");
  settle();
  if (given.cut !== null) {
    const text = `\u001e${given.cut}`;
    output.push({ row: "frame:violation:cut-end", bytes: Buffer.from(text) });
    written.push({ text });
    violations++;
    flush();
  }
  steps.push({ do: "exit", code: given.code });
  return { steps, answers, refusals, output, stderr, emits, violations, silent };
}

function rowOfDeserved(deserves: Deserved): string {
  if ("result" in deserves) return OWN_RESULT;
  return deserves.error.code >= 2_000 ? "error:method:passes-through" : "error:internal:no-leak";
}

function bytesOf(part: Part): Uint8Array {
  return "repeat" in part ? Buffer.alloc(0) : encodePart(part);
}
