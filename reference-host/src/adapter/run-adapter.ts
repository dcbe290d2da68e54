import type { Readable, Writable } from "node:stream";
import type { ControlReply, RunRequest } from "@sandpipe/spec/control";
import { CONTROL_VERSION } from "@sandpipe/spec/control";
import { FEATURES, PROTOCOL } from "@sandpipe/spec/v1";
import { createContractMethods } from "../methods/contract.js";
import { createHostCore } from "../run/host.js";
import { openStore } from "../store/index.js";
import { conformanceMethods } from "./conformance-methods.js";
import { serveControl } from "./serve-control.js";

const NOT_THERE: readonly string[] = ["lateScript", "isolation"];

/** Speaks the kit's control protocol over this host, until `exit` or the end of the input. */
export async function runAdapter(input: Readable, output: Writable, version: string): Promise<void> {
  await serveControl(input, output, { describe: () => describe(version), run });
}

/** Each run has a store of its own, filled from its fixture. */
async function run(request: RunRequest, signal: AbortSignal): Promise<ControlReply> {
  const { command, env, session, methods, limits, fixture, transport, protocol } = request;
  if (!protocol.includes(PROTOCOL)) throw new Error(`Only protocol ${PROTOCOL} is spoken here`);
  const store = openStore(":memory:");
  try {
    if (fixture) await store.importFixture(fixture);
    const host = createHostCore({ methods: [conformanceMethods, createContractMethods(store)] });
    const { report } = host.run({
      command,
      session,
      methods,
      limits,
      signal,
      transport,
      ...(env && { env }),
      ...(request.http && { http: request.http }),
    });
    return { op: "ended", run: request.run, report: await report };
  } finally {
    await store.close();
  }
}

function describe(version: string): ControlReply {
  return {
    op: "describe",
    control: CONTROL_VERSION,
    name: "sandpipe-host",
    version,
    language: "typescript",
    protocols: [PROTOCOL],
    transports: ["stdio", "http"],
    features: ["fixture", ...FEATURES.filter((feature) => !NOT_THERE.includes(feature))],
    maxRuns: 8,
  };
}
