import { createDemultiplexer } from "../bytes/demultiplexer.js";
import { MethodError } from "../methods/method.js";
import type { Method } from "../methods/method.js";
import type { Validator } from "#validators";
import { createSession } from "./session.js";

/** A method that takes anything. */
function method(name: string, handle: Method["handle"], more: Partial<Method> = {}): Method {
  return {
    name,
    idempotent: true,
    validate: (() => true) as unknown as Validator<unknown>,
    handle,
    ...more,
  };
}

/** A promise with its handles outside. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Small enough to be met. */
export const LIMITS = {
  maxFrameBytes: 65_536,
  maxInFlight: 8,
  callTimeoutMs: 1_000,
  maxDepth: 32,
  maxOutputBytes: 1_000,
  graceMs: 100,
};

/** Creates a session over a channel and a clock that a test holds in its hands, with methods that show what is executed. */
export function holdSession({
  open = true,
  limits = {},
}: { open?: boolean; limits?: Partial<typeof LIMITS> } = {}) {
  const answers: Record<string, unknown>[] = [];
  const handed: (() => void)[] = [];
  const channel = {
    transport: "stdio" as const,
    blocked: false,
    congested: false,
    send(json: string, _kind: string, onHanded?: () => void) {
      answers.push(JSON.parse(json) as Record<string, unknown>);
      if (channel.blocked && onHanded) handed.push(onHanded);
      return !channel.blocked;
    },
  };
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const clock = {
    now: () => now,
    after(ms: number, callback: () => void) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  };
  const started: string[] = [];
  const slow = new Map<string, ReturnType<typeof deferred<unknown>>>();
  const counts = { count: 0 };
  const failures: unknown[] = [];
  const wait: Method["handle"] = (params, { signal }) => {
    const { name } = params as { name: string };
    started.push(name);
    signal.addEventListener("abort", () => started.push(`${name} aborted`));
    const call = deferred<unknown>();
    slow.set(name, call);
    return call.promise;
  };
  const methods = [
    method("echo", (params) => params),
    method("count", () => ++counts.count, { idempotent: false }),
    method("slow", wait),
    method("write", wait, { idempotent: false }),
    method("fail", () => {
      throw new MethodError(2_001, "no such colour", { colour: "blue" });
    }),
    method("throw", () => {
      throw new Error("secret /etc/host.db");
    }),
    method("big", () => "x".repeat(65_536)),
    method("bigint", () => 1n),
    method("picky", () => ++counts.count, { validate: (() => false) as unknown as Validator<unknown> }),
  ];
  const session = createSession({
    facts: {
      session: { id: "s1", projectId: "p1" },
      limits: { ...LIMITS, ...limits },
      methods: new Map(methods.map((one) => [one.name, one])),
      features: ["emit"],
      scratch: "/scratch",
      datasources: [],
      script: {},
    },
    stdio: channel,
    clock,
    observer: { handlerFailed: (_, error) => failures.push(error) },
  });
  const demultiplexer = createDemultiplexer(65_536);
  const write = (bytes: string | Buffer): void => session.receive(demultiplexer.push(Buffer.from(bytes)));
  const frame = (value: object): string => `\u001e${JSON.stringify({ jsonrpc: "2.0", ...value })}\n`;
  const call = (id: unknown, name: string, params?: unknown): string => frame({ id, method: name, params });
  const OPEN = call("open", "session.open", {
    protocol: 1,
    runtime: { name: "t", version: "0" },
    features: [],
  });
  if (open) {
    write(OPEN);
    answers.length = 0;
  }
  return {
    ...{ session, write, frame, call, answers, channel, handed, started, slow, counts, failures, OPEN },
    advance(ms: number) {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers = timers.filter((other) => other !== timer);
        timer.callback();
      }
    },
  };
}

/** Settles when every promise that is ready has had its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** What an error response must have. */
export const error = (code: number, kind?: string): object => ({ code, ...(kind && { data: { kind } }) });
