import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readFrame } from "../frames/read-frame.js";
import { createDemultiplexer } from "./demultiplexer.js";
import type { ByteEvent } from "./demultiplexer.js";

/** The form of conformance/vectors, as its README tells it. */
type Part = { text: string } | { hex: string } | { repeat: number; of: Part };
type Event =
  | { frame: unknown }
  | { frameText: Part[] }
  | { anyFrame: true }
  | { output: Part[] }
  | { violation: string; skipped?: number }
  | { answer: { id: null; code: number } }
  | { repeat: number; events: Event[] };
interface Vector {
  id: string;
  bytes: Part[];
  limits: { maxFrameBytes: number; maxDepth: number };
  events: Event[];
  alternatives?: Event[][];
}

const folder = resolve(import.meta.dirname, "../../../conformance/vectors/v1/streams");
const vectors = readdirSync(folder).flatMap(
  (name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { vectors: Vector[] }).vectors,
);

const bytesOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      "text" in part
        ? Buffer.from(part.text)
        : "hex" in part
          ? Buffer.from(part.hex, "hex")
          : Buffer.from(bytesOf([part.of]).toString("latin1").repeat(part.repeat), "latin1"),
    ),
  );

/** What a stream comes to: frames and output in order, violations in order, codes of answers in order. */
interface Decoding {
  stream: (Buffer | { frame: unknown } | "any frame")[];
  violations: string[];
  answers: number[];
}

function add(into: Decoding, bytes: Buffer): void {
  const last = into.stream.at(-1);
  if (bytes.length === 0) return;
  if (Buffer.isBuffer(last)) into.stream.splice(-1, 1, Buffer.concat([last, bytes]));
  else into.stream.push(bytes);
}

function expected(events: readonly Event[], into: Decoding = { stream: [], violations: [], answers: [] }) {
  for (const event of events) {
    if ("repeat" in event) for (let count = 0; count < event.repeat; count++) expected(event.events, into);
    else if ("output" in event) add(into, bytesOf(event.output));
    else if ("violation" in event)
      into.violations.push(event.skipped === undefined ? event.violation : `too-large ${event.skipped}`);
    else if ("answer" in event) into.answers.push(event.answer.code);
    else if ("anyFrame" in event) into.stream.push("any frame");
    else if ("frameText" in event)
      into.stream.push({ frame: JSON.parse(bytesOf(event.frameText).toString()) });
    else into.stream.push({ frame: event.frame });
  }
  return into;
}

function decode(chunks: readonly Buffer[], { maxFrameBytes, maxDepth }: Vector["limits"]): Decoding {
  const into: Decoding = { stream: [], violations: [], answers: [] };
  const demultiplexer = createDemultiplexer(maxFrameBytes);
  const violate = (kind: string, output: Buffer, code?: number): void => {
    into.violations.push(kind);
    add(into, output);
    if (code !== undefined) into.answers.push(code);
  };
  const take = (event: ByteEvent): void => {
    switch (event.kind) {
      case "output":
        return add(into, event.bytes);
      case "undecodable":
        return violate("not-json", event.bytes, -32700);
      case "restarted":
        return violate("restart", event.bytes, -32700);
      case "cut":
        return violate("cut-end", event.bytes);
      case "oversized":
        return violate(`too-large ${event.size}`, Buffer.alloc(0), event.atEnd ? undefined : 1005);
      case "record": {
        const { kind } = readFrame(event.text, maxDepth);
        const record = Buffer.from(`\u001e${event.text}\n`);
        if (kind === "not-json") return violate(kind, record, -32700);
        if (kind === "too-deep") return violate(kind, record, 1005);
        if (kind === "no-jsonrpc") return violate(kind, record);
        into.stream.push({ frame: JSON.parse(event.text) });
      }
    }
  };
  for (const chunk of chunks) demultiplexer.push(chunk).forEach(take);
  demultiplexer.end().forEach(take);
  return into;
}

function fits(wanted: Decoding, got: Decoding): boolean {
  const stream = got.stream.map((one, index) =>
    wanted.stream[index] === "any frame" && !Buffer.isBuffer(one) ? "any frame" : one,
  );
  try {
    expect(normal({ ...got, stream })).toEqual(normal(wanted));
    return true;
  } catch {
    return false;
  }
}

/** −0 is 0 on the wire, and members have no order. */
function normal(decoding: Decoding): unknown {
  return JSON.parse(
    JSON.stringify({
      ...decoding,
      stream: decoding.stream.map((one) => (Buffer.isBuffer(one) ? one.toString("latin1") : one)),
    }),
  );
}

/** Whole, byte by byte, and in two at up to sixty places. */
function chunkings(bytes: Buffer): Buffer[][] {
  const single = bytes.length <= 5_000 ? [Array.from(bytes, (byte) => Buffer.of(byte))] : [];
  const step = Math.max(1, Math.floor(bytes.length / 60));
  const halves = Array.from({ length: Math.min(60, bytes.length) }, (_, index) => index * step).map((at) => [
    bytes.subarray(0, at),
    bytes.subarray(at),
  ]);
  return [[bytes], ...single, ...halves];
}

describe("every stream vector of v1, however its bytes are cut", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const wanted = [vector.events, ...(vector.alternatives ?? [])].map((events) => expected(events));
    for (const chunks of chunkings(bytesOf(vector.bytes))) {
      const got = decode(chunks, vector.limits);
      if (!wanted.some((one) => fits(one, got))) expect(normal(got)).toEqual(normal(wanted[0] ?? got));
    }
  });
});
