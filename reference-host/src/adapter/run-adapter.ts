import type { Readable, Writable } from "node:stream";
import type { ControlReply, ControlRequest, RunRequest } from "@sandpipe/spec/control";
import { CONTROL_VERSION, MAX_CONTROL_LINE_BYTES } from "@sandpipe/spec/control";
import { FEATURES } from "@sandpipe/spec/v1";
import { createLineSplitter } from "../bytes/line-splitter.js";
import { createContractMethods } from "../methods/contract.js";
import { createHostCore } from "../run/host.js";
import type { Run } from "../run/run-options.js";
import { openStore } from "../store/index.js";
import { conformanceMethods } from "./conformance-methods.js";
import { readControl } from "./read-control.js";

const NOT_THERE: readonly string[] = ["lateScript", "isolation"];

/**
 * Speaks the kit's control protocol over this host until `exit` or the end of the input, then ends all runs.
 * Each run has a store of its own, filled from its fixture.
 */
export async function runAdapter(input: Readable, output: Writable, version: string): Promise<void> {
  const open = new Map<string, { cancel: Run["cancel"]; done: Promise<void> }>();
  const reply = (message: ControlReply): void => void output.write(`${JSON.stringify(message)}\n`);
  const refuse = (message: string, run?: string): void =>
    reply({ op: "error", ...(run !== undefined && { run }), message });

  const start = async (request: RunRequest, signal: AbortSignal): Promise<void> => {
    const { run, command, env, session, methods, limits, fixture, transport, protocol } = request;
    if (transport !== "stdio") throw new Error(`The transport ${transport} isn't there yet: only stdio is`);
    if (!protocol.includes(1)) throw new Error("Only protocol 1 is spoken here");
    const store = openStore(":memory:");
    try {
      if (fixture) await store.importFixture(fixture);
      const host = createHostCore({ methods: [conformanceMethods, createContractMethods(store)] });
      const options = { command, session, methods, limits, signal, ...(env && { env }) };
      reply({ op: "ended", run, report: await host.run(options).report });
    } finally {
      await store.close();
    }
  };

  const handle = (request: ControlRequest): boolean => {
    switch (request.op) {
      case "describe":
        reply(describe(version));
        return true;
      case "run": {
        const { run } = request;
        if (open.has(run)) refuse(`The run ${run} is open already: each needs a name of its own`, run);
        else {
          const controller = new AbortController();
          const done = start(request, controller.signal)
            .catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error), run))
            .finally(() => open.delete(run));
          open.set(run, { cancel: (reason) => controller.abort(reason), done });
        }
        return true;
      }
      case "cancel": {
        const found = open.get(request.run);
        if (found) found.cancel("The kit cancelled the run");
        else refuse(`No run ${request.run} is open`, request.run);
        return true;
      }
      case "exit":
        return false;
    }
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
        else if (!handle(reading.request)) break reading;
      }
    }
  } catch {
    // A broken input is the end of it.
  }
  const runs = [...open.values()];
  for (const { cancel } of runs) cancel("The adapter is ending");
  await Promise.all(runs.map(({ done }) => done));
}

function describe(version: string): ControlReply {
  return {
    op: "describe",
    control: CONTROL_VERSION,
    name: "sandpipe-host",
    version,
    language: "typescript",
    protocols: [1],
    transports: ["stdio"],
    features: ["fixture", ...FEATURES.filter((feature) => !NOT_THERE.includes(feature))],
    maxRuns: 8,
  };
}
