import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { CONTROL_VERSION, type ControlReply, type RunRequest } from "@sandpipe/spec/control";
import * as validate from "#validators";
import type { Deviations } from "./deviations.js";
import { openDoor } from "./http-door.js";
import { bubblewrap } from "./isolate.js";
import { FEATURES, startRun, type Run } from "./run.js";

/** Serves the control protocol over two streams until `exit` or the end of the first, and all runs have ended. */
export async function serveControl(input: Readable, output: Writable, deviations: Deviations): Promise<void> {
  const runs = new Map<string, Run>();
  let closing = false;
  let allEnded: (() => void) | undefined;
  const reply = (message: ControlReply): void => void output.write(`${JSON.stringify(message)}\n`);

  const start = (request: RunRequest): void => {
    const { run } = request;
    const ended: Parameters<typeof startRun>[2] = (report) => {
      runs.delete(run);
      reply({ op: "ended", run, report });
      if (closing && runs.size === 0) allEnded?.();
    };
    if (request.transport === "stdio") return void runs.set(run, startRun(request, deviations, ended));
    void openDoor(request, deviations).then((door) => {
      if (!closing) return void runs.set(run, startRun(request, deviations, ended, door));
      door.close();
    });
  };
  const close = (): void => {
    closing = true;
    for (const run of runs.values()) run.end("killed");
    if (runs.size === 0) allEnded?.();
  };
  const handle = (line: string): void => {
    const message = parse(line);
    const op = message["op"];
    const run = typeof message["run"] === "string" ? { run: message["run"] } : {};
    if (op === "describe") return reply(describe(deviations));
    if (op === "exit") return close();
    if (op === "run" && validate.RunRequest(message) && !closing) {
      if (!deviations.has("slow-start")) return start(message);
      setTimeout(() => start(message), 300);
      return;
    }
    if (op === "cancel" && validate.CancelRequest(message)) {
      const known = runs.get(message.run);
      if (known !== undefined) return known.end("killed");
      return reply({ op: "error", ...run, message: `no run "${message.run}" is open` });
    }
    const fault = op === "run" ? ` (${JSON.stringify(validate.RunRequest.errors?.[0] ?? "closing")})` : "";
    reply({ op: "error", ...run, message: `unsupported control message "${String(op)}"${fault}` });
  };

  const finished = new Promise<void>((resolve) => (allEnded = resolve));
  readLines(input, handle);
  input.once("end", close);
  await finished;
  input.destroy();
  output.end();
  await once(output, "finish");
}

function describe(deviations: Deviations): ControlReply {
  const features = FEATURES.filter((feature) => feature !== "emit" || !deviations.has("emit-undeclared"));
  return {
    op: "describe",
    control: CONTROL_VERSION,
    name: "sandpipe-self-host",
    version: "0.1.0",
    language: "typescript",
    protocols: [0, 1],
    transports: ["stdio", "http"],
    features: ["fixture", ...features, ...(bubblewrap() === undefined ? [] : ["isolation"])],
    maxRuns: 8,
  };
}

/** Lines end at byte 0x0A only: a U+2028 in a message is text. */
function readLines(input: Readable, handle: (line: string) => void): void {
  let pieces: Buffer[] = [];
  input.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      handle(Buffer.concat([...pieces, chunk.subarray(from, at)]).toString("utf8"));
      pieces = [];
      from = at + 1;
    }
    pieces.push(chunk.subarray(from));
  });
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
