import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createHost, defineMethod } from "../index.js";
import { probe } from "../run/probe-run.js";

const exporter = new InMemorySpanExporter();
const tracer = trace.getTracer("test");

beforeAll(() => {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  trace.disable();
  context.disable();
});
beforeEach(() => exporter.reset());

const host = createHost({
  isolation: "none",
  methods: [
    defineMethod<object, null>({
      name: "work",
      params: { type: "object" },
      async handle() {
        await Promise.resolve();
        tracer.startSpan("inner").end();
        return null;
      },
    }),
    defineMethod<object, null>({
      name: "fail",
      params: { type: "object" },
      handle() {
        throw new Error("secret");
      },
    }),
    defineMethod<object, null>({
      name: "hang",
      params: { type: "object" },
      handle: () => new Promise(() => undefined),
    }),
  ],
});

async function run(code: string, traceparent?: string) {
  const started = host.run({
    command: probe(code),
    session: { projectId: "p1" },
    ...(traceparent !== undefined && { trace: { traceparent } }),
  });
  const report = await started.report;
  const spans = exporter.getFinishedSpans();
  const named = (name: string): ReadableSpan => {
    const [span, ...more] = spans.filter((one) => one.name === name);
    if (span === undefined || more.length > 0) throw new Error(`${more.length + 1} spans are named ${name}`);
    return span;
  };
  return { id: started.id, report, named };
}

const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;

test("a session is a span, its calls are its children, and what a handler does is the call's", async () => {
  const { id, report, named } = await run(
    `const { result: opened } = await open(); await call("work", {}, 7); await call("fail", {}, "f");
     await result(opened.trace);`,
  );
  const [session, work, fail, inner] = ["sandpipe.session", "work", "fail", "inner"].map(named);
  const { traceId, spanId } = (session as ReadableSpan).spanContext();
  expect(report.result).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
  expect(session?.attributes).toMatchObject({
    "sandpipe.session.id": id,
    "sandpipe.project.id": "p1",
    "sandpipe.outcome": "ok",
    "sandpipe.calls": 2,
    "sandpipe.transport": "stdio",
  });
  for (const span of [work, fail]) expect(parentOf(span as ReadableSpan)).toBe(spanId);
  expect(parentOf(inner as ReadableSpan)).toBe(work?.spanContext().spanId);
  expect(work?.attributes).toMatchObject({ "rpc.method": "work", "rpc.jsonrpc.request_id": "7" });
  expect(work?.status.code).toBe(0);
  expect(fail?.attributes["rpc.jsonrpc.error_code"]).toBe(-32603);
  expect(JSON.stringify([fail?.status, fail?.attributes, fail?.events])).not.toContain("secret");
});

test("the given trace is the session's parent, and a call's own traceparent is the call's", async () => {
  const given = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const own = `00-${"c".repeat(32)}-${"d".repeat(16)}-01`;
  const { named } = await run(
    `await open();
     await call("work", { _meta: { traceparent: ${JSON.stringify(own)} } }, 1);
     for (const bad of [7, "", "00-0-0-00", "00-${"0".repeat(32)}-${"b".repeat(16)}-01"]) {
       await call("fail", { _meta: { traceparent: bad } }, "f" + bad);
     }
     await result(1);`,
    given,
  );
  const session = named("sandpipe.session");
  expect([session.spanContext().traceId, parentOf(session)]).toEqual(["a".repeat(32), "b".repeat(16)]);
  const work = named("work");
  expect([work.spanContext().traceId, parentOf(work)]).toEqual(["c".repeat(32), "d".repeat(16)]);
  const fails = exporter.getFinishedSpans().filter(({ name }) => name === "fail");
  expect(fails.map(parentOf)).toEqual(Array.from({ length: 4 }, () => session.spanContext().spanId));
});

test("a session within the program's own span is that span's child", async () => {
  await tracer.startActiveSpan("outer", async (outer) => {
    const { named } = await run(`await open(); await result(1);`);
    expect(parentOf(named("sandpipe.session"))).toBe(outer.spanContext().spanId);
    outer.end();
  });
});

test("a call without an answer ends with its session, which tells its outcome", async () => {
  const { named } = await run(
    `await open(); send("h", "hang"); await call("fail", {}, "f"); process.exit(3);`.replace(
      `send("h", "hang");`,
      `process.stdout.write("\\u001e" + JSON.stringify({ jsonrpc: "2.0", id: "h", method: "hang" }) + "\\n");`,
    ),
  );
  expect(named("hang").status.code).toBe(2);
  expect(named("sandpipe.session").status).toMatchObject({ code: 2, message: "bad_exit" });
});
