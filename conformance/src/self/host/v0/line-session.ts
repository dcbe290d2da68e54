import { encodeLine } from "../../../wire/encode.js";
import { isLineRequest, objectOfLine } from "../../../wire/lines.js";
import type { WireObject } from "../../../wire/decode.js";
import type { Deviations } from "../deviations.js";
import type { Named } from "../envelope.js";
import { MethodError, type CallContext, type Method } from "../method.js";
import type { Prints } from "../prints.js";

/** A session of version 0: lines in, lines out. */
export interface LineSession {
  /** One line of stdout; the last may lack its LF, and is no request then. */
  take(line: Uint8Array): void;
  /** Nothing is executed or answered any more. */
  end(): void;
  readonly requests: number;
  /** The last line of output that is a JSON object (`result:last-json-line`). */
  readonly result: WireObject | undefined;
}

export interface LineSessionParts {
  readonly methods: readonly Method[];
  readonly allowed: readonly string[];
  readonly context: CallContext;
  readonly prints: Prints;
  readonly deviations: Deviations;
  /** Hands bytes to the sandbox's stdin. */
  write(bytes: Uint8Array): void;
}

const LF_BYTES = Buffer.from("\n");
const KNOWN = new Set(["id", "method", "params"]);
/** What `output` is told of a session that has no result of version 1. */
const UNDECIDED = { opened: true, result: undefined };

/** Creates the session; pure but for the handlers of its calls. */
export function createLineSession(parts: LineSessionParts): LineSession {
  const { deviations, prints } = parts;
  const registered = new Map(parts.methods.map((method) => [method.name, method]));
  const waiting: string[] = [];
  let result: WireObject | undefined;
  let requests = 0;
  let over = false;

  const methodOf = (name: string): Method | undefined => {
    const wanted = deviations.has("v0-names-trimmed") ? name.trim() : name;
    const allowed = parts.allowed.includes(wanted) || deviations.has("v0-hidden-executed");
    return allowed ? registered.get(wanted) : undefined;
  };
  const answer = (own: string, method: string, members: Named): void => {
    const at = deviations.has("v0-answers-by-order") ? 0 : waiting.indexOf(own);
    const [id = own] = waiting.splice(at, 1);
    if (over || ("error" in members && deviations.has("v0-failures-unanswered"))) return;
    const line = lineOf({ id: echoOf(id, deviations), ...members }, deviations);
    parts.write(line);
    if (method === "conformance.delay" && deviations.has("v0-answers-twice")) parts.write(line);
  };
  const call = ({ id, method: name, params }: WireObject): void => {
    requests++;
    waiting.push(id as string);
    const method = methodOf(name as string);
    const named = (params ?? {}) as Named;
    void Promise.resolve()
      .then(() => {
        if (method === undefined) throw new MethodError(0, `Unknown method ${String(name)}`);
        if (!method.accepts(named)) throw new MethodError(0, `invalid params of ${method.name}`);
        return method.run(named, parts.context);
      })
      .then(
        (value) => answer(id as string, name as string, { result: value ?? null }),
        (cause: unknown) => answer(id as string, name as string, { error: errorOf(cause, deviations) }),
      );
  };
  const print = (line: Uint8Array, value: WireObject | undefined): void => {
    if (value !== undefined && !(result !== undefined && deviations.has("v0-first-object-wins")))
      result = value;
    if (value === undefined && deviations.has("v0-last-line-only")) result = undefined;
    prints.raw(bent(line, deviations), UNDECIDED);
  };

  return {
    take(line) {
      const whole = line.at(-1) === LF_BYTES[0];
      if (!whole && deviations.has("v0-last-line-lost")) return;
      const value = objectOfLine(line);
      const strange = value !== undefined && Object.keys(value).some((name) => !KNOWN.has(name));
      const strict = deviations.has("v0-strict-envelope") && strange;
      if (whole && value !== undefined && isLineRequest(value) && !strict) call(value);
      else print(line, value);
    },
    end: () => void (over = true),
    get requests() {
      return requests;
    },
    get result() {
      return result;
    },
  };
}

function echoOf(id: string, deviations: Deviations): unknown {
  if (deviations.has("v0-ids-as-numbers") && /^\d+$/u.test(id)) return Number(id);
  return deviations.has("v0-ids-trimmed") ? id.trim() : id;
}

/** An empty text is no error to the founding document's sandbox. */
function errorOf(cause: unknown, deviations: Deviations): unknown {
  const own = cause instanceof MethodError;
  const text = own ? cause.message || `error ${cause.code}` : "the method failed";
  return deviations.has("v0-error-objects") ? { code: own ? cause.code : 0, message: text } : text;
}

function lineOf(response: Named, deviations: Deviations): Uint8Array {
  if (deviations.has("v0-pretty-answers")) return Buffer.from(`${JSON.stringify(response, undefined, 1)}\n`);
  const line = encodeLine(response);
  return deviations.has("v0-answers-with-rs") ? Buffer.concat([Uint8Array.of(0x1e), line]) : line;
}

function bent(line: Uint8Array, deviations: Deviations): Uint8Array {
  const text = (): string => Buffer.from(line).toString("utf8");
  if (deviations.has("v0-output-decoded")) return Buffer.from(text());
  if (deviations.has("v0-output-trimmed")) return Buffer.from(text().replace(/[^\S\n]+\n$/u, "\n"));
  return line;
}
