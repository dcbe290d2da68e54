import { spawn, type ChildProcess } from "node:child_process";
import { chunkings } from "./chunkings.js";
import { bytesOf } from "./bytes-of.js";
import { decodingDifference, type DecodedEvent, type Told } from "./decoding.js";
import type { ExpectedAnswer, StreamVector } from "./vector.js";

/** One vector that a decoder gets wrong. */
export interface VectorFailure {
  readonly id: string;
  readonly why: string;
  readonly requirements: readonly string[];
  /** Offsets at which the bytes were cut into reads. */
  readonly cuts: readonly number[];
  readonly difference: string;
}

/** What a check of a decoder program found. */
export interface VectorReport {
  readonly vectors: number;
  /** Lines that were sent: each vector several times, cut in several ways. */
  readonly questions: number;
  readonly told: Told;
  /** At most one a vector: the first. */
  readonly failures: readonly VectorFailure[];
  /** Why the program could not be asked to the end; undefined when it was. */
  readonly broken?: string;
}

/** Lines of one vector: whole, byte by byte, and in two at a few places. */
function questionsOf(vector: StreamVector): { cuts: number[]; bytes: Uint8Array }[] {
  const bytes = bytesOf(vector.bytes);
  const all = chunkings(bytes.length);
  const chosen = all.filter((cuts, index) => cuts.length !== 1 || index % 10 === 0);
  return (bytes.length > 20_000 ? chosen.slice(0, 3) : chosen).map((cuts) => ({ cuts, bytes }));
}

/**
 * Asks a decoder program about every vector: one JSON line in, `{vector, bytes, cuts, limits?}` with the bytes in
 * base64, one JSON line out, `{vector, events}`. A program that never tells violations or answers isn't judged
 * for them. Ends the program by the end of its stdin; kills it when an answer takes longer than `timeoutMs`.
 */
export async function checkDecoder(
  command: readonly string[],
  vectors: readonly StreamVector[],
  timeoutMs = 20_000,
): Promise<VectorReport> {
  const questions = vectors.flatMap((vector) => questionsOf(vector).map((one) => ({ vector, ...one })));
  const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = readLines(child, timeoutMs);
  const replies: { question: (typeof questions)[number]; events: DecodedEvent[] }[] = [];
  let broken: string | undefined;
  try {
    for (const question of questions) {
      const { vector, cuts, bytes } = question;
      const line = { vector: vector.id, bytes: Buffer.from(bytes).toString("base64"), cuts };
      child.stdin?.write(`${JSON.stringify({ ...line, ...(vector.limits && { limits: vector.limits }) })}\n`);
      replies.push({ question, events: parseReply(await lines.next(), vector.id) });
    }
  } catch (error) {
    const last = questions[replies.length]?.vector.id ?? "the end";
    broken = `at ${last}: ${error instanceof Error ? error.message : String(error)}`;
  }
  await lines.close();
  const told = {
    violations: replies.some(({ events }) => events.some((event) => "violation" in event)),
    answers: replies.some(({ events }) => events.some((event) => "answer" in event)),
  };
  const failures = new Map<string, VectorFailure>();
  for (const { question, events } of replies) {
    const { id, why, requirements, events: expected, alternatives = [] } = question.vector;
    const difference = decodingDifference([expected, ...alternatives], events, told);
    if (difference !== undefined && !failures.has(id))
      failures.set(id, { id, why, requirements, cuts: question.cuts, difference });
  }
  return {
    vectors: vectors.length,
    questions: replies.length,
    told,
    failures: [...failures.values()],
    ...(broken !== undefined && { broken }),
  };
}

/** The events of one reply; anything that the README doesn't describe is an error that says where. */
export function parseReply(line: string, id: string): DecodedEvent[] {
  const reply = JSON.parse(line) as { vector?: unknown; events?: unknown };
  if (reply.vector !== id)
    throw new Error(`expected "vector": ${JSON.stringify(id)} in ${line.slice(0, 200)}`);
  if (!Array.isArray(reply.events)) throw new Error(`expected "events", an array, in ${line.slice(0, 200)}`);
  return (reply.events as Record<string, unknown>[]).map((event): DecodedEvent => {
    if ("frame" in event) return { frame: event["frame"] };
    if (typeof event["output"] === "string") return { output: Buffer.from(event["output"], "base64") };
    if ("violation" in event) {
      const violation = typeof event["violation"] === "string" ? event["violation"] : true;
      return typeof event["skipped"] === "number" ? { violation, skipped: event["skipped"] } : { violation };
    }
    if ("answer" in event) return { answer: event["answer"] as ExpectedAnswer };
    throw new Error(`expected frame, output (base64), violation or answer in ${JSON.stringify(event)}`);
  });
}

interface Lines {
  next(): Promise<string>;
  close(): Promise<void>;
}

function readLines(child: ChildProcess, timeoutMs: number): Lines {
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  const ready: string[] = [];
  let partial = "";
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    for (const one of waiting.splice(0)) one.reject(ended);
  };
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (text: string) => {
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) {
      const one = waiting.shift();
      if (one === undefined) ready.push(line);
      else one.resolve(line);
    }
  });
  child.stdin?.on("error", () => undefined);
  child.on("error", (error) => end(error));
  const exited = new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("close", (code, signal) => {
      end(new Error(`the program ended (${signal ?? `exit ${code}`}) without an answer`));
      resolve();
    });
  });
  return {
    async next() {
      const line = ready.shift();
      if (line !== undefined) return line;
      if (ended !== undefined) throw ended;
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<string>((resolve, reject) => {
          waiting.push({ resolve, reject });
          timer = setTimeout(() => end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
        });
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), ended === undefined ? timeoutMs : 0);
      await exited;
      clearTimeout(timer);
    },
  };
}
