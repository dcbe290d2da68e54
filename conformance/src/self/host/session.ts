import {
  ERROR_CODE,
  MAX_LISTED_VIOLATIONS,
  PROTOCOL,
  REFUSAL_BACKLOG_BYTES,
  RPC_ERROR,
  type Id,
  type Limits,
  type SessionResultParams,
  type Violation,
} from "@sandpipe/spec/v1";
import type { RunSession } from "@sandpipe/spec/control";
import { SessionOpenParams, SessionResultParams as ResultParams } from "#validators";
import type { ViolationKind, WireEvent, WireObject } from "../../wire/decode.js";
import { createCalls, toBody, type Answer, type Calls, type ErrorBody } from "./calls.js";
import type { Deviations } from "./deviations.js";
import { encodeText } from "./encode-text.js";
import { isId, readEnvelope, type Named } from "./envelope.js";
import { kindError, MethodError, type Method } from "./method.js";
import type { Prints } from "./prints.js";
import type { Sender } from "./sender.js";
import { executeBare, executeBatch, executeLines } from "./executed-prints.js";
import type { DoorSession } from "./http-door.js";
import { openResult } from "./open-result.js";
import { createNotices } from "./notices.js";
import { answerTo, echoId, hasLoneSurrogate, ROW_OF, withoutKind } from "./refusals.js";
import { unknownMethod, whitelisted } from "./whitelist.js";

/** The state machine of one session: decoded events in, frames out. */
export interface Session {
  receive(event: WireEvent): void;
  /** The stream has ended: nothing is answered any more. */
  end(): void;
  /** Tells the sandbox to stop. */
  close(reason: string): void;
  /** Whether stdout may be read; false while refusals pile up. */
  readonly readable: boolean;
  readonly calls: Calls;
  /** The session as HTTP sees it. */
  readonly door: DoorSession;
  readonly outcome: SessionOutcome;
}

/** What the report needs of a session. */
export interface SessionOutcome {
  opened: boolean;
  /** It is latched to HTTP (`http:open:latches`). */
  overHttp: boolean;
  result: SessionResultParams | undefined;
  violations: Violation[];
  violationCount: number;
  skippedBytes: number;
  requests: number;
}

export interface SessionParts {
  readonly sessionId: string;
  readonly session: RunSession;
  readonly limits: Limits;
  readonly scratch: string;
  /** Every method that is registered, and the names that the session may call. */
  readonly methods: readonly Method[];
  readonly allowed: readonly string[];
  readonly features: readonly string[];
  readonly prints: Prints;
  readonly sender: Sender;
  /** Called once, when the result was taken. */
  resulted(): void;
  readonly deviations: Deviations;
}

type Reply = (frame: WireObject | undefined) => void;

/** Creates the session; pure but for the handlers and deadlines of its calls. */
export function createSession(parts: SessionParts): Session {
  const { limits, sender, deviations, prints } = parts;
  const outcome: SessionOutcome = {
    opened: false,
    overHttp: false,
    result: undefined,
    violations: [],
    violationCount: 0,
    skippedBytes: 0,
    requests: 0,
  };
  const registered = new Map(parts.methods.map((method) => [method.name, method]));
  const granted = deviations.has("half-the-minima-granted")
    ? { ...limits, maxInFlight: 4, maxFrameBytes: 32_768, maxDepth: 16 }
    : limits;
  let refusalBytes = 0;
  let broken = false;
  let over = false;
  let openedNow = false;
  let stuck = false;
  let stdioUsed = false;
  /** What was in flight is forgotten, which only a fault does. */
  let forgotten = false;
  /** Where the frame at hand is answered, and the calls in flight that came over HTTP. */
  let via: Reply | undefined;
  const vias = new Map<Id, Reply>();

  const send = (frame: WireObject, handed?: () => void): number => {
    const id = frame["id"];
    const reply = id === null ? via : vias.get(id as Id);
    if (reply !== undefined && !over) {
      if (id !== null) vias.delete(id as Id);
      reply(frame);
      handed?.();
      return 0;
    }
    const bytes = Buffer.byteLength(JSON.stringify(frame)) + 2;
    if (!over) sender.send(frame, bytes, handed);
    return bytes;
  };
  const respond = (id: Id, answer: Answer, handed?: () => void): void => {
    const echoed = echoId(id, deviations);
    const frame = { jsonrpc: "2.0", id: echoed, ...withoutKind(answer, deviations) };
    const bytes = Buffer.byteLength(encodeText(frame, deviations));
    const fits = bytes < limits.maxFrameBytes + (deviations.has("largest-answer-refused") ? 0 : 1);
    if (fits || deviations.has("oversized-answer-sent")) send(frame, handed);
    else if (deviations.has("oversized-answer-lost")) handed?.();
    else
      send(
        {
          jsonrpc: "2.0",
          id: echoed,
          error: toBody(kindError("limit_exceeded", "the response is too large")),
        },
        handed,
      );
  };
  const fail = (id: Id, error: MethodError): void => {
    if (deviations.has("refusals-counted")) outcome.violationCount++;
    respond(id, { error: toBody(error) });
  };
  const refuse = (error: ErrorBody): void => {
    const frame = { jsonrpc: "2.0", id: null, ...withoutKind({ error }, deviations) };
    const bytes = send(frame, () => (refusalBytes -= bytes));
    refusalBytes += bytes;
  };
  const violate = (requirement: string, detail: string, answer?: ErrorBody): void => {
    if (!(deviations.has("violations-counted-to-100") && outcome.violationCount >= MAX_LISTED_VIOLATIONS))
      outcome.violationCount++;
    if (outcome.violations.length < MAX_LISTED_VIOLATIONS || deviations.has("violations-listed-without-end"))
      outcome.violations.push({ requirement, detail });
    else if (deviations.has("silent-after-100")) return;
    if (answer !== undefined) refuse(answer);
    if (deviations.has("violation-ends-session")) broken = true;
  };

  const calls = createCalls({
    session: parts.session,
    limits,
    scratch: parts.scratch,
    deviations,
    respond,
    backlog: () => sender.waiting,
    failed: () => (broken ||= deviations.has("failure-ends-session")),
  });

  /** Only an open over HTTP can be a second one: that of a fallback whose stdio open was answered too late. */
  const isFallback = (): boolean => {
    if (via === undefined || outcome.overHttp || deviations.has("http-open-refused-after-stdio"))
      return false;
    return !stdioUsed || deviations.has("http-open-any-time");
  };
  const open = (id: Id, params: Named): void => {
    if (outcome.opened && !deviations.has("second-open-answered") && !isFallback())
      return fail(id, new MethodError(RPC_ERROR.invalidRequest, "the session is open already"));
    const invalid = new MethodError(
      RPC_ERROR.invalidParams,
      "session.open wants protocol, runtime and features",
    );
    const { protocol } = params;
    if (deviations.has("open-params-first") && !SessionOpenParams(params)) return fail(id, invalid);
    // Before the rest of the params, which another version may shape in its own way (version:open:before-params).
    if (Number.isInteger(protocol) && protocol !== PROTOCOL && !deviations.has("any-version-opened")) {
      const data = {
        kind: "unsupported_protocol",
        ...(deviations.has("supported-missing") ? {} : { supported: [PROTOCOL] }),
      };
      return fail(id, new MethodError(ERROR_CODE.unsupported_protocol, "this host speaks protocol 1", data));
    }
    if (!SessionOpenParams(params)) return fail(id, invalid);
    outcome.opened = true;
    if (via !== undefined) outcome.overHttp = true;
    openedNow = true;
    setImmediate(() => (openedNow = false));
    const apart = via !== undefined && deviations.has("http-second-session");
    const opened = apart ? { ...parts, sessionId: `${parts.sessionId}-http` } : parts;
    respond(id, { result: openResult(opened, granted) });
  };

  const takeResult = (id: Id, params: Named): void => {
    if (outcome.result !== undefined && !deviations.has("last-result-wins"))
      return fail(id, new MethodError(RPC_ERROR.invalidRequest, "the session has its result already"));
    if (!ResultParams(params))
      return fail(
        id,
        new MethodError(RPC_ERROR.invalidParams, "session.result wants ok and value, or error"),
      );
    if (outcome.result === undefined) parts.resulted();
    outcome.result = params;
    stdioUsed ||= via === undefined;
    calls.cancelAll();
    if (!deviations.has("result-unanswered")) respond(id, { result: {} });
  };

  /** The order of faults is `error:order:first-fault`; what came before the envelope is the decoder's. */
  const request = (id: Id, name: string, params: Named, text: string): void => {
    const apart = name.startsWith("session.") && deviations.has("session-ids-apart");
    const duplicate = calls.has(id) && !apart && !forgotten;
    if (duplicate && !deviations.has("duplicate-takes-over")) {
      const error = {
        code: ERROR_CODE.duplicate_id,
        message: "this id is in flight",
        data: { kind: "duplicate_id", id },
      };
      if (deviations.has("duplicate-executed")) execute(name, params, text);
      return deviations.has("duplicate-answered-by-id") ? respond(id, { error }) : refuse(error);
    }
    const { _meta, ...named } = params;
    if (name === "session.open") return open(id, named);
    const method = whitelisted(name, parts.allowed, registered, deviations);
    const live =
      outcome.opened &&
      (outcome.result === undefined || deviations.has("served-after-result") || name === "session.result");
    if (!live && !(deviations.has("served-before-open") && outcome.result === undefined)) {
      if (deviations.has("executed-before-open")) execute(name, named, text);
      if (!(deviations.has("whitelist-before-open") && method === undefined && name !== "session.result"))
        return fail(id, kindError("session_not_open", "the session is not open"));
    }
    const taken = calls.size + Number(deviations.has("open-counts-in-flight"));
    const full = taken >= granted.maxInFlight && !deviations.has("never-busy");
    const isResult = name === "session.result";
    if (isResult && !(full && deviations.has("result-busy"))) return takeResult(id, named);
    outcome.requests++;
    if (deviations.has("pipelined-calls-refused") && openedNow)
      return fail(id, kindError("session_not_open", "the session is not open"));
    if (deviations.has("params-before-whitelist") && registered.get(name)?.accepts(named) === false)
      return fail(id, new MethodError(RPC_ERROR.invalidParams, "invalid params"));
    if (isResult) return fail(id, kindError("busy", "too many calls are in flight"));
    if (method === undefined) return fail(id, unknownMethod(name, registered, deviations));
    const invalid = !method.accepts(named) && !deviations.has("params-unchecked");
    const bad = new MethodError(RPC_ERROR.invalidParams, `invalid params of ${method.name}`);
    if (deviations.has("params-before-busy") && invalid) return fail(id, bad);
    if (full) {
      if (deviations.has("busy-but-executed")) execute(name, named, text);
      return fail(id, kindError("busy", "too many calls are in flight"));
    }
    if (invalid || (_meta !== undefined && deviations.has("meta-refused"))) return fail(id, bad);
    stdioUsed ||= via === undefined;
    calls.accept({ id, method, params: named, text });
  };

  const execute = (name: string, params: Named, text: string): void => {
    const method = registered.get(name);
    const context = {
      session: parts.session,
      limits,
      scratch: parts.scratch,
      signal: AbortSignal.abort(),
      text,
    };
    if (method?.accepts(params) !== true) return;
    void Promise.resolve()
      .then(() => method.run(params, context))
      .catch(() => undefined);
  };

  const notify = createNotices({
    ...{ outcome, deviations, prints, calls, refuse, violate, execute },
    maxInFlight: granted.maxInFlight,
    send,
  });

  const frame = (value: WireObject, text: string): void => {
    if (broken) return;
    const lone = hasLoneSurrogate(value);
    if (lone && deviations.has("surrogate-ends-session")) broken = true;
    if (lone && deviations.has("surrogates-refused"))
      return refuse({ code: RPC_ERROR.invalidRequest, message: "the frame is no I-JSON" });
    const envelope = readEnvelope(value, deviations);
    if (envelope.kind === "request") return request(envelope.id, envelope.method, envelope.params, text);
    if (envelope.kind === "notification") return notify(envelope.method, envelope.params, text);
    const error = { code: RPC_ERROR.invalidRequest, message: "the frame is no valid request" };
    if (envelope.kind === "answer") {
      violate(
        "call:answer:never-answered",
        "a frame without method",
        deviations.has("answers-answered") ? error : undefined,
      );
      return;
    }
    const { id } = envelope;
    if (!deviations.has("bad-envelopes-uncounted"))
      violate("call:envelope:invalid-request", "an object with a method that is no valid request");
    if (id === undefined || deviations.has("refused-with-null-id")) refuse(error);
    else if (calls.has(id) && !deviations.has("refused-duplicate-by-id")) refuse({ ...error, data: { id } });
    else respond(id, { error });
  };

  const violation = (kind: ViolationKind, skipped: number): void => {
    forgotten ||= deviations.has("violation-forgets-in-flight");
    outcome.skippedBytes += skipped;
    violate(
      ROW_OF[kind],
      `a record that is no frame: ${kind}`,
      broken ? undefined : answerTo(kind, deviations),
    );
  };

  /** What comes on stdio once HTTP carries the session (`http:open:latches`, `http:latch:stdio-records`). */
  const afterLatch = (value: WireObject, text: string): void => {
    const isOpen = value["method"] === "session.open" && Object.hasOwn(value, "id");
    if (isOpen && deviations.has("http-late-open-answered")) return frame(value, text);
    if (isOpen && !deviations.has("http-late-open-kept")) return;
    if (deviations.has("http-stdio-dropped")) return;
    violate("http:latch:stdio-records", "a record on stdio after the session was opened over HTTP");
    prints.raw(Buffer.from(`\u001e${text}\n`), outcome);
  };
  const overHttp: DoorSession["receive"] = (value, text, reply) => {
    const id = value["method"] === undefined ? undefined : value["id"];
    let replied = false;
    const once = (answer: WireObject | undefined): void => {
      if (!replied) reply(answer);
      replied = true;
    };
    const named = isId(id, deviations) && !calls.has(id);
    if (named) vias.set(id, once);
    via = once;
    frame(value, text);
    via = undefined;
    if (!named || !vias.has(id)) once(undefined);
  };
  const allowed = parts.methods.filter(({ name }) => parts.allowed.includes(name));

  return {
    door: {
      limits,
      methods: allowed,
      context: {
        ...{ session: parts.session, limits, scratch: parts.scratch, text: "" },
        signal: new AbortController().signal,
      },
      receive: overHttp,
      disconnected: ({ id }) => void (isId(id, deviations) && calls.cancel(id)),
    },
    receive(event) {
      const latched = outcome.overHttp && !deviations.has("http-stdio-served-too");
      if (event.kind === "frame" && latched) afterLatch(event.value, event.text);
      else if (event.kind === "frame") frame(event.value, event.text);
      else if (event.kind === "violation") violation(event.violation, event.skipped);
      else {
        const text = Buffer.from(event.bytes).toString("utf8");
        if (deviations.has("batch-executed")) executeBatch(text, request);
        if (deviations.has("prints-executed") || (deviations.has("bare-lines-after-latch") && outcome.opened))
          executeLines(text, frame);
        if (deviations.has("bare-object-executed") && text.startsWith("\u001e")) executeBare(text, frame);
        prints.raw(event.bytes, outcome);
      }
    },
    end() {
      over = true;
      calls.abandon();
    },
    close(reason) {
      if (!deviations.has("no-close-notification"))
        send({ jsonrpc: "2.0", method: "session.close", params: { reason } });
    },
    get readable() {
      if (deviations.has("stops-reading-when-unread") && sender.waiting > 65_536) return false;
      if (refusalBytes > REFUSAL_BACKLOG_BYTES) stuck = true;
      return refusalBytes <= REFUSAL_BACKLOG_BYTES && !(stuck && deviations.has("refusals-stop-reading"));
    },
    calls,
    outcome,
  };
}
