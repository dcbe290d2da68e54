/** A host of the Sandpipe protocol, version 1, over stdio: what its frames mean, on wire.mjs and process.mjs. */
import { Child } from "./process.mjs";
import { isId, refusal, Refused } from "./wire.mjs";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export class Session extends Child {
  /** `methods`: a Map from a name to a function of params, which may return a promise. */
  constructor(methods, scope, limits) {
    super(limits);
    Object.assign(this, { methods, scope, state: "new", result: undefined, flight: new Map(), calls: 0 });
  }

  receive(frame) {
    const { id, method, params = {} } = frame;
    if (!Object.hasOwn(frame, "method")) return; // a response, or nothing: never answered
    const valid =
      frame.jsonrpc === "2.0" && typeof method === "string" && [...method].length <= 128 && isObject(params);
    if (valid && !Object.hasOwn(frame, "id")) return this.notice(method, params);
    const taken = this.flight.has(id);
    const fault = !valid || !isId(id) ? -32600 : taken ? 1009 : this.fault(method, params);
    const { _meta, ...own } = params ?? {};
    if (fault === 0) return this.execute(id, method, own);
    const data = taken ? { id } : fault === 1002 ? { supported: [1] } : undefined;
    this.write(isId(id) && !taken ? id : null, refusal(fault, "refused", data));
  }

  /** The first fault, in the order of the chapter on errors; 0 where there is none. */
  fault(method, params) {
    if (method === "session.open" && this.state === "new") {
      if (!Number.isInteger(params.protocol)) return -32602;
      if (params.protocol !== 1) return 1002;
      return isObject(params.runtime) && Array.isArray(params.features) ? 0 : -32602;
    }
    if (method === "session.result" && this.state === "open") {
      const whole = params.ok === true ? "value" in params : params.ok === false && isObject(params.error);
      return whole ? 0 : -32602;
    }
    if (method === "session.open" || (method === "session.result" && this.state === "done")) return -32600;
    if (this.state !== "open") return 1001;
    if (!this.methods.has(method)) return -32601;
    return this.flight.size >= this.limits.maxInFlight ? 1006 : 0;
  }

  execute(id, method, params) {
    if (method === "session.open") {
      this.state = "open";
      const methods = [...this.methods.keys()].map((name) => ({ name, idempotent: false }));
      const told = { protocol: 1, session: this.scope, methods, limits: this.limits };
      this.write(id, { result: { ...told, datasources: [], script: {}, features: [] } });
    } else if (method === "session.result") {
      Object.assign(this, { state: "done", result: params });
      for (const other of [...this.flight.keys()]) this.settle(other, refusal(1007));
      this.write(id, { result: {} });
    } else void this.call(id, method, params);
  }

  async call(id, method, params) {
    this.calls++;
    const late = setTimeout(() => this.settle(id, refusal(1008)), this.limits.callTimeoutMs);
    const call = { late };
    this.flight.set(id, call);
    let answer;
    try {
      answer = { result: (await this.methods.get(method)(params)) ?? null };
    } catch (error) {
      if (error instanceof Refused) answer = refusal(error.code, error.message, error.data);
      else answer = refusal(-32603, "internal error");
    }
    if (this.flight.get(id) === call) this.settle(id, answer);
  }

  /** The first answer of a call is its only one. */
  settle(id, answer) {
    const call = this.flight.get(id);
    if (call === undefined) return;
    clearTimeout(call.late);
    this.flight.delete(id);
    this.write(id, answer);
  }

  /** A notification: nothing is executed, nothing is answered. */
  notice(method, params) {
    const { stream, text, base64, fraction, id } = params;
    const fd = { stdout: 1, stderr: 2 }[stream];
    if (method === "session.output" && fd && (typeof text === "string") !== (typeof base64 === "string")) {
      if (text !== undefined) return this.keep(fd, Buffer.from(text));
      if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64))
        return this.keep(fd, Buffer.from(base64, "base64"));
    }
    if (this.state !== "new" && method === "session.cancel" && isId(id))
      return this.settle(id, refusal(1007));
    const told = fraction === undefined || (typeof fraction === "number" && fraction >= 0 && fraction <= 1);
    if (this.state !== "new" && method === "session.progress" && told) return;
    this.violate("session:notification:unknown-dropped", method);
  }

  /** How the run went: outcome, error, result, calls. */
  outcome(code) {
    const ended =
      this.result?.ok && code === 0 ? "ok" : code !== 0 || this.state !== "new" ? "failed" : "protocol_error";
    const { ok, error, value } = this.result ?? {};
    return {
      outcome: this.reason ?? ended,
      ...(error && { error }),
      ...(ok && { result: value }),
      calls: this.calls,
    };
  }
}
