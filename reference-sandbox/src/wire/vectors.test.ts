import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createDecoder } from "./decode.js";

/** The form of conformance/vectors, as its README tells it. */
type Part = { text: string } | { hex: string } | { repeat: number; of: Part };
type Event =
  { frame: unknown } | { frameText: Part[] } | { anyFrame: true } | Readonly<Record<string, unknown>>;
interface Vector {
  id: string;
  bytes: Part[];
  limits: { maxFrameBytes: number };
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

type Wanted = { frame: unknown } | "any frame";

/**
 * How deep a frame may be is for a host to say, and a sandbox takes what its host sends: a record that is too deep
 * there is judged here by whether it is a frame otherwise.
 */
function deepFrame(record: Event | undefined): Wanted[] {
  const text = bytesOf((record as { output: Part[] }).output).toString();
  try {
    const value: unknown = JSON.parse(text.slice(1, -1));
    return Object.hasOwn(value as object, "jsonrpc") ? ["any frame"] : [];
  } catch {
    return [];
  }
}

function framesOf(events: readonly Event[]): Wanted[] {
  return events.flatMap((event, at): Wanted[] => {
    if ("violation" in event && event["violation"] === "too-deep") return deepFrame(events[at + 1]);
    if ("anyFrame" in event) return ["any frame"];
    if ("frameText" in event) return [{ frame: JSON.parse(bytesOf(event.frameText as Part[]).toString()) }];
    return "frame" in event ? [{ frame: event.frame }] : [];
  });
}

/** −0 is 0 on the wire, and members have no order. */
const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function fits(wanted: readonly Wanted[], frames: readonly unknown[]): boolean {
  if (wanted.length !== frames.length) return false;
  try {
    for (const [index, one] of wanted.entries())
      if (one !== "any frame") expect(normal(frames[index])).toEqual(normal(one.frame));
    return true;
  } catch {
    return false;
  }
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

describe("the frames of every stream vector of v1, and nothing else, however the bytes are cut", () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const wanted = [vector.events, ...(vector.alternatives ?? [])].map(framesOf);
    for (const chunks of chunkings(bytesOf(vector.bytes))) {
      const decoder = createDecoder(vector.limits.maxFrameBytes);
      const frames = chunks.flatMap((chunk) => decoder.push(chunk));
      if (!wanted.some((one) => fits(one, frames))) expect(frames).toEqual(wanted[0]);
    }
  });
});

test("session and HTTP vectors are a host's, each by what it says of itself: a sandbox has none to run", () => {
  const all = (kind: string, version: number): Record<string, unknown>[] => {
    const place = resolve(import.meta.dirname, `../../../conformance/vectors/v${version}/${kind}`);
    return readdirSync(place).flatMap(
      (name) =>
        (JSON.parse(readFileSync(join(place, name), "utf8")) as { vectors: Record<string, unknown>[] })
          .vectors,
    );
  };
  const sessions = [...all("sessions", 0), ...all("sessions", 1)];
  expect(sessions.filter(({ subject }) => subject !== "host")).toEqual([]);
  // An exchange is a request that a server answers.
  expect(all("http", 1).filter((vector) => !("exchanges" in vector))).toEqual([]);
});
