import type { Limits, SessionOpenResult, SessionResultParams } from "@sandpipe/spec/v1";
import type { Failure } from "../errors.js";
import { createCalls } from "../session/calls.js";
import type { Clock } from "../session/clock.js";
import type { Session } from "../session/session.js";
import type { Transport, TransportEvents } from "../session/transport.js";
import { toWellFormedJson } from "../wire/well-formed.js";
import { DIALECT_V0 } from "./dialect.js";
import type { LineOutput } from "./line-wire.js";

/** What a session of version 0 is made of. */
export interface SessionV0Parts {
  readonly clock: Clock;
  readonly output: LineOutput;
  readonly createTransport: (events: TransportEvents) => Transport;
}

/** Version 0 has none. */
const LIMITS: Limits = {
  maxFrameBytes: Infinity,
  maxInFlight: Infinity,
  callTimeoutMs: Infinity,
  maxDepth: Infinity,
  maxOutputBytes: Infinity,
  graceMs: 0,
};

/** A host of version 0 tells nothing about the session. */
const INFO: SessionOpenResult = {
  protocol: 0,
  session: { id: "", projectId: "" },
  methods: [],
  limits: LIMITS,
  datasources: [],
  script: {},
  features: [],
};

/** Creates a session with a host of the founding document: open from the start, without limits, cancel or close. */
export function createSessionV0({ clock, output, createTransport }: SessionV0Parts): Session {
  const abort = new AbortController();
  const transport = createTransport({
    onFrame: (frame) => calls.settle(frame),
    onFailed: (id, failureOf) => calls.fail(id, failureOf),
    // A host that needs no answers to give may close stdin at once: only calls are lost by that.
    onLost: (reason) => calls.loseAll(reason),
  });
  const calls = createCalls({ clock, transport, pipelined: true, dialect: DIALECT_V0 });
  calls.open(LIMITS);
  transport.hold(false);

  return {
    opened: Promise.resolve({ ok: true, result: INFO }),
    info: INFO,
    limits: LIMITS,
    signal: abort.signal,
    open() {},
    call: (method, params, options) => calls.call(method, params, options),
    notify(method): Failure | undefined {
      // A progress that nobody shows is no loss; something to look at is.
      if (method === "session.progress") return undefined;
      const message = `${method} is not in version 0 of the protocol, which this host speaks: print it, or return it`;
      return { code: "not_available", message };
    },
    finish(result) {
      if (result.ok) output.writeLine(resultLine(result));
      else
        output.print("stderr", `${result.error.stack ?? `${result.error.name}: ${result.error.message}`}\n`);
      return Promise.resolve("acknowledged");
    },
    stop(reason) {
      calls.loseAll(reason);
      abort.abort(new Error(reason));
    },
  };
}

/** One JSON object, the last line (`output:result:last-line`): what is none is put into one. */
function resultLine({ value }: Extract<SessionResultParams, { ok: true }>): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return toWellFormedJson(isObject ? value : { result: value }) ?? "{}";
}
