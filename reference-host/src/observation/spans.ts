import { createRequire } from "node:module";
import type { Context, Span } from "@opentelemetry/api";
import type { RunReport, SessionInfo, TraceInfo } from "@sandpipe/spec/v1";
import type { Observer, WatchedCall } from "../session/observer.js";

/** The spans of one session. */
export interface SessionSpans {
  /** What watches the session; absent where nobody records it. */
  readonly observer?: Observer;
  /** What the sandbox is told, so that its own spans continue the session's. */
  readonly trace: TraceInfo | undefined;
  /** Ends what is open. The report is undefined after a fault of the host itself. */
  end(report: RunReport | undefined): void;
}

type Api = typeof import("@opentelemetry/api");

/** Where every copy of the API keeps what an SDK has registered, by the API's own contract between its versions. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

const TRACER = "@sandpipe/host";
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Begins a span for a session, and one for each of its calls, by whatever OpenTelemetry SDK the embedding program has
 * set up: without one nothing is recorded. The session's parent is `given` or the active span, a call's is the span
 * that its own `_meta.traceparent` names, or the session's.
 */
export function beginSessionSpans(session: SessionInfo, given: TraceInfo | undefined): SessionSpans {
  const nothing: SessionSpans = { trace: given, end: () => undefined };
  if (!(REGISTERED in globalThis)) return nothing;
  // Loaded only now: most hosts trace nothing, and each start would pay for it.
  const api = createRequire(import.meta.url)("@opentelemetry/api") as Api;
  const { SpanKind, SpanStatusCode, context, trace } = api;
  const tracer = trace.getTracer(TRACER);
  const parent = parentOf(api, given?.traceparent) ?? context.active();
  const span = tracer.startSpan(
    "sandpipe.session",
    {
      kind: SpanKind.INTERNAL,
      attributes: {
        "sandpipe.session.id": session.id,
        "sandpipe.project.id": session.projectId,
        ...(session.conversationId !== undefined && { "sandpipe.conversation.id": session.conversationId }),
      },
    },
    parent,
  );
  if (!span.isRecording()) return nothing;

  const own = trace.setSpan(parent, span);
  const open = new Map<WatchedCall, Span>();
  const contexts = new WeakMap<Span, Context>();

  return {
    trace: traceInfoOf(api, own) ?? given,
    observer: {
      callStarted(call) {
        // `call:meta:trace-continued`
        const above = parentOf(api, call.traceparent) ?? own;
        const child = tracer.startSpan(
          call.method.name,
          {
            kind: SpanKind.SERVER,
            attributes: {
              "rpc.system": "jsonrpc",
              "rpc.jsonrpc.version": "2.0",
              "rpc.method": call.method.name,
              "rpc.jsonrpc.request_id": String(call.id),
              "sandpipe.session.id": session.id,
            },
          },
          above,
        );
        open.set(call, child);
        contexts.set(child, trace.setSpan(above, child));
      },
      aroundHandler(call, handle) {
        const child = open.get(call);
        return child === undefined ? handle() : context.with(contexts.get(child) as Context, handle);
      },
      callAnswered(call, code) {
        const child = open.get(call);
        if (child === undefined) return;
        open.delete(call);
        if (code !== undefined) {
          child.setAttribute("rpc.jsonrpc.error_code", code);
          child.setStatus({ code: SpanStatusCode.ERROR });
        }
        child.end();
      },
      opened: (transport) => void span.setAttribute("sandpipe.transport", transport),
    },
    end(report) {
      for (const child of open.values()) {
        child.setStatus({ code: SpanStatusCode.ERROR, message: "The session ended before its answer" });
        child.end();
      }
      open.clear();
      const outcome = report?.outcome ?? "fault";
      span.setAttribute("sandpipe.outcome", outcome);
      if (report) {
        span.setAttribute("sandpipe.calls", report.calls);
        span.setAttribute("sandpipe.violations", report.violationCount ?? report.violations.length);
      }
      // The error's name only: its message is the script's, and may hold its data.
      const message = report?.error?.name ?? outcome;
      if (outcome !== "ok") span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
    },
  };
}

/** Read here, for the program's own propagator may speak other headers than the protocol's. */
function parentOf({ ROOT_CONTEXT, trace }: Api, traceparent: string | undefined): Context | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return trace.isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : undefined;
}

function traceInfoOf({ trace }: Api, of: Context): TraceInfo | undefined {
  const span = trace.getSpanContext(of);
  if (span === undefined || !trace.isSpanContextValid(span)) return undefined;
  const flags = (span.traceFlags & 1) === 1 ? "01" : "00";
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
}
