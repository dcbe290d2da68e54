import type { Readable, Writable } from "node:stream";
import type { ControlReply, ControlRequest } from "@sandpipe/spec/control";
import { MAX_CONTROL_LINE_BYTES } from "@sandpipe/spec/control";
import { createLineSplitter } from "../bytes/line-splitter.js";
import { readControl } from "./read-control.js";

/** What an adapter does with the messages that it gets. */
export interface ControlHandler {
  describe(): ControlReply;
  /** Settles with the run's own reply; a rejection becomes its `error`. */
  run(request: Extract<ControlRequest, { op: "run" }>, cancelled: AbortSignal): Promise<ControlReply>;
}

/**
 * Answers the kit line by line until `exit` or the end of the input, then cancels every run and waits for it. What
 * is wrong with a line is answered and costs nobody else.
 */
export async function serveControl(
  input: Readable,
  output: Writable,
  handler: ControlHandler,
): Promise<void> {
  const open = new Map<string, { controller: AbortController; done: Promise<void> }>();
  const reply = (message: ControlReply): void => void output.write(`${JSON.stringify(message)}\n`);
  const refuse = (message: string, run?: string): void =>
    reply({ op: "error", ...(run !== undefined && { run }), message });

  /** False at the end. */
  const take = (request: ControlRequest): boolean => {
    if (request.op === "exit") return false;
    if (request.op === "describe") reply(handler.describe());
    else {
      const { run } = request;
      const found = open.get(run);
      if (request.op === "cancel") {
        if (found) found.controller.abort("The kit cancelled the run");
        else refuse(`No run ${run} is open`, run);
      } else if (found) refuse(`The run ${run} is open already: each needs a name of its own`, run);
      else {
        const controller = new AbortController();
        const done = handler
          .run(request, controller.signal)
          .then(reply, (error: unknown) =>
            refuse(error instanceof Error ? error.message : String(error), run),
          )
          .finally(() => open.delete(run));
        open.set(run, { controller, done });
      }
    }
    return true;
  };

  // A kit that is gone: nobody hears the replies, but the runs must end all the same.
  output.on("error", () => input.destroy());
  const split = createLineSplitter(MAX_CONTROL_LINE_BYTES);
  try {
    reading: for await (const chunk of input) {
      for (const line of split(chunk as Buffer)) {
        const reading =
          line.kind === "line" ? readControl(line.text) : { fault: line.reason, run: undefined };
        if ("fault" in reading) refuse(reading.fault, reading.run);
        else if (!take(reading.request)) break reading;
      }
    }
  } catch {
    // A broken input is the end of it.
  }
  const runs = [...open.values()];
  for (const { controller } of runs) controller.abort("The adapter is ending");
  await Promise.all(runs.map(({ done }) => done));
}
