/**
 * The kit's driver for JavaScript runtimes, and the model of drivers for other languages: an ordinary analysis
 * that does what the kit gives it (spec/control/driver.ts). Self-contained: a sandbox loads this one file.
 */
import type { DriverInfo, NextParams, NextResult, PrintApi, Step, StepDone } from "@sandpipe/spec/control";

/** All that the driver needs of a sandbox's context. */
export interface DriverContext {
  call(method: string, params?: unknown, options?: CallOptions): Promise<unknown>;
  emit(name: string, data: unknown, options?: { id?: string }): unknown;
  progress(progress: { fraction?: number; message?: string }): unknown;
  duckdb?: Queries;
  datasource?(name: string): Queries;
}

interface Queries {
  query(sql: string, params?: readonly unknown[], options?: CallOptions): Promise<unknown>;
}

interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

interface BunApi {
  readonly stdout: { writer(): { write(data: Uint8Array): unknown; flush(): unknown } };
  write(destination: unknown, data: Uint8Array): Promise<unknown>;
}

const bun = (globalThis as { Bun?: BunApi }).Bun;

interface Print extends PrintApi {
  print(bytes: Uint8Array, text: string): unknown;
}

const PRINTS: readonly Print[] = [
  { name: "console.log", stream: "stdout", takes: "line", print: (_, text) => console.log(text) },
  {
    name: "process.stdout.write",
    stream: "stdout",
    takes: "bytes",
    print: (bytes) => void process.stdout.write(bytes),
  },
  { name: "console.info", stream: "stdout", takes: "line", print: (_, text) => console.info(text) },
  { name: "console.error", stream: "stderr", takes: "line", print: (_, text) => console.error(text) },
  {
    name: "process.stderr.write",
    stream: "stderr",
    takes: "bytes",
    print: (bytes) => void process.stderr.write(bytes),
  },
  { name: "console.warn", stream: "stderr", takes: "line", print: (_, text) => console.warn(text) },
  { name: "fs.writeSync(1)", stream: "either", takes: "bytes", print: (bytes) => writeDescriptor(1, bytes) },
  ...(bun === undefined ? [] : bunPrints(bun)),
];

function bunPrints(api: BunApi): Print[] {
  const name = "Bun.stdout.writer()";
  const print = async (bytes: Uint8Array): Promise<void> => {
    const writer = api.stdout.writer();
    writer.write(bytes);
    await writer.flush();
  };
  return [
    {
      name: "Bun.write(Bun.stdout)",
      stream: "stdout",
      takes: "bytes",
      print: (bytes) => api.write(api.stdout, bytes),
    },
    { name, stream: "stdout", takes: "bytes", print },
  ];
}

async function writeDescriptor(fd: number, bytes: Uint8Array): Promise<void> {
  const { writeSync } = await import("node:fs");
  for (let from = 0; from < bytes.length;) {
    try {
      from += writeSync(fd, bytes, from);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

const FEATURES = [
  ...["spawn", "emit", "progress", "keep", "busy", "stall", "large", "patch"],
  ...["environment", "surrogate", "nan", "unserializable", "greeting"],
  ...["deep", "show", "process", "import", "early"],
];

function introduce(ctx: DriverContext): DriverInfo {
  return {
    name: "sandpipe-javascript",
    language: "javascript",
    features: [
      ...FEATURES,
      ...(ctx.duckdb === undefined ? [] : ["sql.duckdb"]),
      ...(ctx.datasource === undefined ? [] : ["sql.postgres", "sql.mysql"]),
    ],
    prints: PRINTS.map(({ name, stream, takes }) => ({ name, stream, takes })),
  };
}

const greeting = process.env["SANDPIPE_DRIVER_GREETING"];
if (greeting !== undefined) console.log(greeting);
const { ctx: early } = globalThis as { ctx?: DriverContext };
if (early !== undefined)
  for (let n = 1; n <= Number(process.env["SANDPIPE_DRIVER_EARLY"] ?? 0); n++)
    early.call("conformance.echo", { early: n }).catch(() => {});

/** Asks the kit for steps, starts them in order, reports what has ended; returns what a `result` step says. */
export default async function driver(ctx: DriverContext): Promise<unknown> {
  const done: StepDone[] = [];
  const running = new Map<number, Promise<void>>();
  const aborts = new Map<number, AbortController>();
  let lost = false;
  let wake = (): void => {};

  const report = (entry: StepDone): void => {
    if (lost) console.error(`conformance.done ${JSON.stringify(entry)}`);
    else done.push(entry);
    wake();
  };
  const start = (n: number, work: () => unknown): Promise<void> => {
    const ended = (async () => work())().then(
      (result) => report({ n, result: result === undefined ? null : result }),
      (error: unknown) => report({ n, error: describe(error) }),
    );
    const tracked = ended.finally(() => running.delete(n));
    running.set(n, tracked);
    return tracked;
  };

  let params: NextParams = { driver: introduce(ctx) };
  for (;;) {
    let steps: Step[];
    try {
      ({ steps } = (await ctx.call("conformance.next", params, { timeoutMs: 0 })) as NextResult);
    } catch (cause) {
      lost = true;
      for (const entry of [...(params.done ?? []), ...done]) report(entry);
      await Promise.allSettled(running.values());
      throw cause;
    }
    for (const step of steps) {
      if (step.do === "await") await running.get(step.of);
      else if (step.do === "result") return step.value;
      else if (step.do === "unserializable") return unserializable(step.what);
      else if (step.do === "throw") throw new Error(step.message);
      else if (step.do === "large" && step.what === "result") return "x".repeat(step.size);
      else if (step.do === "stall") await new Promise(() => {});
      else if (step.do === "cancel") aborts.get(step.of)?.abort();
      else if (
        step.do === "call" ||
        step.do === "surrogate" ||
        step.do === "nan" ||
        ((step.do === "large" || step.do === "deep") && step.what === "call")
      ) {
        const abort = new AbortController();
        aborts.set(step.n, abort);
        void start(step.n, () => call(ctx, step as CallLike, abort.signal));
      } else {
        const abort = new AbortController();
        aborts.set(step.n, abort);
        const ended = start(step.n, () => perform(ctx, step, abort.signal));
        if (step.do === "print" || step.do === "large" || step.do === "show") await ended;
      }
    }
    // An empty answer means that the kit wants to hear what has ended: asking before that would only spin.
    while (steps.length === 0 && done.length === 0 && running.size > 0)
      await new Promise<void>((resolve) => (wake = resolve));
    params = { done: done.splice(0) };
  }
}

type CallLike = Extract<Step, { do: "call" | "surrogate" | "nan" | "large" | "deep" }>;

/** Frame, params and the value's own levels. */
const CALL_LEVELS = 2;
/** Frame, params and data. */
const EMIT_LEVELS = 3;

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function call(ctx: DriverContext, step: CallLike, signal: AbortSignal): Promise<unknown> {
  if (step.do === "large")
    return ctx.call("conformance.echo", { step: step.n, text: "x".repeat(step.size) }, { signal });
  if (step.do === "deep")
    return ctx.call(
      "conformance.echo",
      { step: step.n, value: nested(step.depth - CALL_LEVELS) },
      { signal },
    );
  if (step.do === "surrogate")
    return ctx.call(step.method, { step: step.n, text: "a\ud800b", "k\udc00": "c" }, { signal });
  if (step.do === "nan") return ctx.call(step.method, { step: step.n, value: NaN }, { signal });
  const { method, params, timeoutMs } = step;
  return ctx.call(method, params, timeoutMs === undefined ? { signal } : { signal, timeoutMs });
}

async function perform(ctx: DriverContext, step: Step, signal: AbortSignal): Promise<unknown> {
  switch (step.do) {
    case "print": {
      const api = PRINTS.find((entry) => entry.name === step.api);
      if (api === undefined) break;
      const bytes = Buffer.from(
        step.base64 ?? step.text ?? "",
        step.base64 === undefined ? "utf8" : "base64",
      );
      return void (await api.print(bytes, bytes.toString("utf8")));
    }
    case "emit":
      return void (await ctx.emit(step.name, step.data, step.id === undefined ? {} : { id: step.id }));
    case "progress": {
      const { fraction, message } = step;
      return void (await ctx.progress({
        ...(fraction === undefined ? {} : { fraction }),
        ...(message === undefined ? {} : { message }),
      }));
    }
    case "sql": {
      const source = step.engine === "duckdb" ? ctx.duckdb : ctx.datasource?.(step.engine);
      const { query, params, timeoutMs } = step;
      if (source !== undefined)
        return source.query(
          query,
          params ?? [],
          timeoutMs === undefined ? { signal } : { signal, timeoutMs },
        );
      break;
    }
    case "large":
      if (step.what === "print") return void console.log("x".repeat(step.size));
      return void (await ctx.emit("large", { "text/plain": "x".repeat(step.size) }));
    case "deep":
      return void (await ctx.emit("deep", { "application/json": nested(step.depth - EMIT_LEVELS) }));
    case "show":
      return show(step.what);
    case "process":
      return { pid: process.pid };
    case "import":
      return void (await import(step.name));
    case "patch":
      return patchPrints();
    case "busy":
      return compute(step.ms);
    case "spawn":
      return spawnPrinter(step.text);
    case "exit":
      return process.exit(step.code);
    case "keep":
      return keepAlive(step.what);
    case "environment":
      return findVariable(step.name);
    default:
  }
  throw Object.assign(new Error(`this driver can't do "${step.do}"`), { code: "unsupported" });
}

async function spawnPrinter(text: string): Promise<{ code: number | null }> {
  const { spawn } = await import("node:child_process");
  const child = spawn("printf", ["%s", text], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => resolve({ code }));
  });
}

/** Arguments of console.log, as source: a fresh process prints the same. */
const SHOWN: Readonly<Record<Extract<Step, { do: "show" }>["what"], string>> = {
  nested: "{a:{b:{c:{d:[1,{e:2}]}}}}, [[1,2],['x']]",
  several: "'a', 1, [1,2], {a:1}, true, 'two words'",
  special:
    "5n, null, undefined, NaN, -0, Symbol('s'), new Map([[1,{a:1}]]), new Set(['x']), class A {}, () => 1",
  formatted: "'%s is %d of %j, %o %%', 'x', 5, {a:1}, 'rest', {b:2}",
  throws:
    "{get x(){throw new Error('x')}}, {[Symbol.for('nodejs.util.inspect.custom')](){throw new Error('y')}}, " +
    "new Proxy({},{ownKeys(){throw new Error('z')},get(){throw new Error('g')}})",
  global: "globalThis",
};

async function show(what: keyof typeof SHOWN): Promise<{ text?: string }> {
  const source = `console.log(${SHOWN[what]})`;
  // The script's own console: what is captured is what a script would have printed.
  new Function("console", source)(console);
  if (what === "global") return {};
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) =>
    execFile(process.execPath, ["-e", source], (error, text) => resolve(error === null ? { text } : {})),
  );
}

async function keepAlive(what: "timer" | "server"): Promise<void> {
  if (what === "timer") setInterval(() => {}, 50);
  else {
    const { createServer } = await import("node:net");
    await new Promise<void>((resolve) => createServer().listen(0, "127.0.0.1", resolve));
  }
}

function patchPrints(): void {
  for (const name of ["log", "info", "warn", "error", "debug"] as const) console[name] = () => {};
  process.stdout.write = () => true;
  process.stderr.write = () => true;
}

function compute(ms: number): void {
  for (const until = Date.now() + ms; Date.now() < until;);
}

async function findVariable(name: string): Promise<{ seen: boolean; initial?: boolean }> {
  const { existsSync, readFileSync } = await import("node:fs");
  const seen = name in process.env;
  if (!existsSync("/proc/self/environ")) return { seen };
  return { seen, initial: `\0${readFileSync("/proc/self/environ", "latin1")}`.includes(`\0${name}=`) };
}

function unserializable(what: "cycle" | "throws"): unknown {
  if (what === "throws") return { toJSON: () => assertNever() };
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  return cycle;
}

function assertNever(): never {
  throw new Error("this value can't be converted");
}

function describe(error: unknown): { code: number | string; message: string; data?: unknown } {
  const { code, message, data } = Object(error) as { code?: unknown; message?: unknown; data?: unknown };
  return {
    code: typeof code === "number" || typeof code === "string" ? code : "error",
    message: typeof message === "string" ? message : String(error),
    ...(data === undefined ? {} : { data }),
  };
}
