import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { openResult, startSandbox, type Sandbox, type SentFrame } from "../testing/start-sandbox.js";

/** A small seeded generator: a failing run is replayed by its seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const SEED = Number(process.env["SANDPIPE_TEST_SEED"] ?? Date.now() % 2 ** 31);

const settle = `const settle = (promise) => promise.then((value) => ({value}), ({code, message, data, name}) => ({code, message, data, name}));`;

describe.each(RUNTIMES)("calls on %s", (runtime) => {
  test.each(["socket", "pipe"] as const)(
    `settle once each: 10,000 at once, answered in random order, with cancels and timeouts (%s, seed ${SEED})`,
    async (wire) => {
      const random = createRandom(SEED);
      const unanswered = new Set<unknown>();
      const cancelled = new Set<unknown>();
      const held: SentFrame[] = [];
      let most = 0;
      let draining = false;
      const ids = new Set<unknown>();
      const sandbox: Sandbox = startSandbox({
        runtime,
        wire,
        script: `${settle}
        export default async (ctx) => {
          let state = ${SEED} >>> 0; const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
          const counts = {own: 0, cancelled: 0, timeout: 0}; const wrong = []; let settlements = 0;
          await Promise.all(Array.from({length: 10000}, async (_, n) => {
            const kind = random(); const abort = new AbortController();
            const options = kind < 0.1 ? {signal: abort.signal} : kind < 0.15 ? {timeoutMs: 1 + Math.floor(random() * 50)} : kind < 0.3 ? {timeoutMs: 0} : {};
            const call = ctx.call("echo", {n, s: "é\\u2028😀"}, options);
            if (options.signal) random() < 0.3 ? abort.abort() : setTimeout(() => abort.abort(), random() * 100);
            const outcome = await settle(call); settlements++;
            if (outcome.value?.n === n) counts.own++;
            else if (outcome.code === "cancelled" && options.signal) counts.cancelled++;
            else if (outcome.code === "timeout" && options.timeoutMs) counts.timeout++;
            else wrong.push({n, outcome});
          }));
          return {counts, wrong: wrong.slice(0, 3), settlements};
        }`,
        onCall(frame, host) {
          expect(ids.has(frame.id)).toBe(false);
          ids.add(frame.id);
          unanswered.add(frame.id);
          most = Math.max(most, unanswered.size);
          held.push(frame);
          if (draining) return;
          draining = true;
          // Answers in random order, sometimes twice or under a foreign id; what comes meanwhile takes part.
          setTimeout(() => {
            draining = false;
            while (held.length > 0) {
              const [next] = held.splice(Math.floor(random() * held.length), 1) as [SentFrame];
              unanswered.delete(next.id);
              host.answer(next, next.params);
              if (random() < 0.01) host.answer(next, { n: -1 });
              if (random() < 0.01) host.send({ id: `${next.id}`, result: { n: -2 } });
            }
          }, random() * 4);
        },
      });
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      for (const { method, params } of sandbox.frames)
        if (method === "session.cancel") cancelled.add(params["id"]);
      for (const id of cancelled) expect(ids.has(id)).toBe(true);
      const { value } = sandbox.result() as { value: Record<string, unknown> };
      expect(value).toMatchObject({ wrong: [], settlements: 10_000 });
      const counts = value["counts"] as Record<string, number>;
      expect(counts["own"]).toBeGreaterThan(5_000);
      expect(counts["cancelled"]).toBeGreaterThan(100);
      expect(most).toBeLessThanOrEqual(64);
      expect(most).toBeGreaterThan(32);
    },
  );

  test("never exceed maxInFlight, of the host or the minima, while nothing is answered", async () => {
    for (const [limits, most] of [
      [{ maxInFlight: 8 }, 8],
      [{ maxInFlight: 100 }, 100],
    ] as const) {
      const calls: SentFrame[] = [];
      const sandbox = startSandbox({
        runtime,
        limits,
        script: `export default async (ctx) => { const all = Array.from({length: 300}, (_, n) => ctx.call("echo", {n})); console.log("made"); return (await Promise.all(all)).length }`,
        onCall: (frame) => void calls.push(frame),
      });
      const held = async (count: number): Promise<void> => {
        while (calls.length < count) await new Promise((done) => setImmediate(done));
      };
      let answered = 0;
      while (answered < 300) {
        await held(Math.min(300, answered + most));
        expect(calls.length - answered).toBeLessThanOrEqual(most);
        sandbox.answer(calls[answered++] as SentFrame, 1);
      }
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      expect(sandbox.result()).toEqual({ ok: true, value: 300 });
    }
  });

  test("pipelined behind session.open stay within the minima until the host has told its limits", async () => {
    let open: SentFrame | undefined;
    const sandbox = startSandbox({
      runtime,
      script: `const all = Array.from({length: 20}, (_, n) => ctx.call("echo", {n}, {timeoutMs: 0}));
        const wide = ctx.call("echo", {wide: "x".repeat(100000)}); export default async () => [(await Promise.all(all)).length, (await wide).wide.length]`,
      onOpen: (frame) => void (open = frame),
      onCall: () => {},
    });
    while (sandbox.frames.length < 8) await new Promise((done) => setImmediate(done));
    expect(sandbox.frames.map(({ method }) => method)).toEqual([
      "session.open",
      ...Array<string>(7).fill("echo"),
    ]);
    sandbox.answer(open as SentFrame, openResult());
    while (sandbox.frames.length < 22) await new Promise((done) => setImmediate(done));
    for (const frame of sandbox.frames.slice(1)) sandbox.answer(frame, frame.params);
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: [20, 100_000] });
  });

  test("with auto nothing but session.open is sent before the answer", async () => {
    const script = `console.log("loaded"); export default (ctx) => ctx.call("echo", {a: 1})`;
    const environment = { SANDPIPE_TRANSPORT: "auto", SANDPIPE_OPEN_TIMEOUT_MS: "500" };
    // The barrier is the exit of a sandbox that waited in vain.
    const silent = startSandbox({ runtime, environment, script, onOpen: false });
    expect(await silent.ended).toEqual({ code: 69, signal: null });
    expect(silent.frames.map(({ method }) => method)).toEqual(["session.open"]);

    const answered = startSandbox({ runtime, environment: { SANDPIPE_TRANSPORT: "auto" }, script });
    expect(await answered.ended).toEqual({ code: 0, signal: null });
    expect(answered.result()).toEqual({ ok: true, value: { a: 1 } });
  });

  test("R07: settle by what the host answers, whatever it answers, unknown members or not", async () => {
    const answers: Record<string, (id: unknown) => string> = {
      null: (id) => `{"jsonrpc":"2.0","id":${id},"result":null}`,
      error: (id) => `{"jsonrpc":"2.0","id":${id},"error":{"code":2001,"message":"own","data":{"a":[1]}}}`,
      both: (id) => `{"jsonrpc":"2.0","id":${id},"result":1,"error":{"code":1,"message":"x"}}`,
      neither: (id) => `{"jsonrpc":"2.0","id":${id}}`,
      extra: (id) => `{"traceparent":"00-ab","jsonrpc":"2.0","x":[{}],"id":${id},"result":"ok"}`,
      badError: (id) => `{"jsonrpc":"2.0","id":${id},"error":"text"}`,
    };
    const sandbox = startSandbox({
      runtime,
      script: `${settle} export default async (ctx) => Object.fromEntries(await Promise.all(${JSON.stringify(Object.keys(answers))}.map(async (name) => [name, await settle(ctx.call(name, {}))])))`,
      onCall: ({ id, method }, host) => void host.stdin.write(`\x1e${answers[method]?.(id)}\n`),
    });
    await sandbox.ended;
    expect(sandbox.result()).toMatchObject({
      ok: true,
      value: {
        null: { value: null },
        error: { code: 2001, message: "own", data: { a: [1] }, name: "SandpipeError" },
        both: { code: "invalid_response" },
        neither: { code: "invalid_response" },
        extra: { value: "ok" },
        badError: { code: "invalid_response" },
      },
    });
  });

  test("R24, R25: survive garbage, late, double and foreign answers", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `${settle} export default async (ctx) => [
        await settle(ctx.call("nan", {}, {timeoutMs: 300})), await settle(ctx.call("echo", {n: 1})), await settle(ctx.call("echo", {n: 2}))]`,
      onCall(frame, host) {
        if (frame.method === "nan") {
          host.stdin.write(`\x1e{"jsonrpc":"2.0","id":${frame.id},"result":{"x":NaN}}\n`);
          host.stdin.write(Buffer.from([0x1e, 0x7b, 0xff, 0xfe, 0x0a, 0x41, 0x0a, 0x1e, 0x1e, 0x0a]));
          host.stdin.write(
            '\x1e[]\n\x1enull\n\x1e{"id":1,"result":1}\n\x1e{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}\n',
          );
          host.stdin.write("a host's library prints\nhalf a line");
          return;
        }
        host.answer({ ...frame, id: 99_999 }, "foreign");
        host.answer({ ...frame, id: String(frame.id) }, "wrong type");
        host.stdin.write('\x1e{"cut":');
        host.answer(frame, frame.params);
        host.answer(frame, "again");
        host.send({ method: "session.unknown", params: {} });
      },
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toMatchObject({
      value: [{ code: "timeout", data: { timeoutMs: 300 } }, { value: { n: 1 } }, { value: { n: 2 } }],
    });
  });

  test("R01: arrive whole when the host writes byte by byte", async () => {
    for (const wire of ["socket", "pipe"] as const) {
      const sandbox = startSandbox({
        runtime,
        wire,
        script: `export default (ctx) => ctx.call("echo", {s: "–é😀\\u2028\\u0085"})`,
        async onCall({ id, params }, host) {
          const bytes = Buffer.from(`\x1e${JSON.stringify({ jsonrpc: "2.0", id, result: params })}\r\n`);
          for (const byte of bytes) {
            host.stdin.write(Buffer.from([byte]));
            await new Promise((done) => setImmediate(done));
          }
        },
      });
      await sandbox.ended;
      expect(sandbox.result()).toEqual({ ok: true, value: { s: "–é😀\u2028\u0085" } });
    }
  });

  test("cancelled by a signal tell the host and reject at once; a late answer is ignored", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `${settle} export default async (ctx) => {
        const abort = new AbortController(); const call = settle(ctx.call("hang", {}, {signal: abort.signal, timeoutMs: 0}));
        await ctx.call("echo", {}); abort.abort(new Error("why"));
        const aborted = await settle(ctx.call("never", {}, {signal: abort.signal}));
        return [await call, aborted, await settle(ctx.call("echo", {n: 3}))] }`,
      onCall(frame, host) {
        if (frame.method === "echo") host.answer(frame, frame.params);
      },
    });
    await sandbox.ended;
    const hang = sandbox.frames.find(({ method }) => method === "hang");
    expect(
      sandbox.frames.filter(({ method }) => method === "session.cancel").map(({ params }) => params["id"]),
    ).toEqual([hang?.id]);
    expect(sandbox.frames.some(({ method }) => method === "never")).toBe(false);
    expect(sandbox.result()).toMatchObject({
      value: [{ code: "cancelled" }, { code: "cancelled" }, { value: { n: 3 } }],
    });
  });

  test("R27: too large or too deep fail locally, unsent, and so do emits", async () => {
    const sandbox = startSandbox({
      runtime,
      script: `${settle} export default async (ctx) => {
        const caught = (run) => { try { run(); return "sent" } catch ({code}) { return code } };
        let deep = {}; for (let n = 0; n < 100; n++) deep = {deep};
        const cycle = {}; cycle.cycle = cycle;
        return [(await settle(ctx.call("echo", {s: "x".repeat(2000000)}))).code, (await settle(ctx.call("echo", deep))).code,
          caught(() => ctx.emit("e", {"text/plain": "x".repeat(2000000)})), (await settle(ctx.call("echo", cycle))).code,
          (await settle(ctx.call("echo", {n: 1n}))).code, caught(() => ctx.emit("e", {"text/plain": "x"}, {id: "i"})),
          (await ctx.call("echo", {s: "é".repeat(500000)})).s.length] }`,
    });
    await sandbox.ended;
    expect(sandbox.result()["value"]).toEqual([
      "limit_exceeded",
      "limit_exceeded",
      "limit_exceeded",
      "not_serializable",
      "not_serializable",
      "sent",
      500_000,
    ]);
    expect(sandbox.frames.filter(({ method }) => method === "echo").length).toBe(1);
    expect(sandbox.frames.find(({ method }) => method === "session.emit")?.params).toEqual({
      id: "i",
      name: "e",
      data: { "text/plain": "x" },
    });
  });

  test("reject with a stack that points at the author's line", async () => {
    const sandbox = startSandbox({
      runtime,
      scriptName: "script.ts",
      script: `import type { X } from "./x.js";\n\nasync function work(ctx: any): Promise<void> {\n  await ctx.call("fail", {});\n}\nexport default async (ctx: any): Promise<void> => {\n  await work(ctx);\n};\n`,
      onCall: ({ id }, host) =>
        host.send({ id, error: { code: 1003, message: "no such file", data: { kind: "not_found" } } }),
    });
    await sandbox.ended;
    const { error } = sandbox.result();
    expect(error).toMatchObject({ name: "SandpipeError", message: "no such file" });
    expect(error?.["stack"]).toMatch(/script\.ts:4:[^]*script\.ts:7:/);
  });

  test("read their answers while their own requests wait for a host that reads slowly", async () => {
    // The host takes nothing until it has written 8 MB: a sandbox that only wrote would never meet it.
    const sandbox = startSandbox({
      runtime,
      limits: { maxInFlight: 200 },
      paused: true,
      script: `export default async (ctx) => { await ctx.opened; const first = Array.from({length: 100}, (_, n) => ctx.call("echo", {n, s: "x".repeat(60000)})); return (await Promise.all(first)).length }`,
      onOpen: false,
    });
    sandbox.send({ id: 1, result: openResult({ limits: { maxInFlight: 200 } }) });
    const big = "y".repeat(900_000);
    for (let n = 0; n < 8; n++)
      await new Promise<void>((done) =>
        sandbox.stdin.write(
          `\x1e${JSON.stringify({ jsonrpc: "2.0", id: `foreign${n}`, result: big })}\n`,
          () => done(),
        ),
      );
    sandbox.stdout.resume();
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: 100 });
  });
});
