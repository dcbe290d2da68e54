import type { Readable, Writable } from "node:stream";
import type { ControlReply, RunRequest } from "@sandpipe/spec/control";
import { CONTROL_VERSION } from "@sandpipe/spec/control";
import { FEATURES } from "@sandpipe/spec/v1";
import { resolveIsolation } from "../isolation/isolation-mode.js";
import { createContractMethods } from "../methods/contract.js";
import { createHostCore } from "../run/host.js";
import { openStore } from "../store/index.js";
import { conformanceMethods } from "./conformance-methods.js";
import { checkProtocols } from "../v0/offer.js";
import { serveControl } from "./serve-control.js";

const NOT_THERE: readonly string[] = ["lateScript"];

/** Speaks the kit's control protocol over this host, until `exit` or the end of the input. */
export async function runAdapter(input: Readable, output: Writable, version: string): Promise<void> {
  // Only what works on this machine is declared.
  const { kind } = await resolveIsolation("auto");
  const missing = kind === "none" ? [...NOT_THERE, "isolation"] : NOT_THERE;
  await serveControl(input, output, { describe: () => describe(version, missing), run });
}

/** Each run has a store of its own, filled from its fixture. */
async function run(request: RunRequest, signal: AbortSignal): Promise<ControlReply> {
  const { command, env, session, methods, limits, fixture, transport, protocol } = request;
  const protocols = checkProtocols(protocol.filter((version) => version === 0 || version === 1));
  const store = openStore(":memory:");
  try {
    if (fixture) await store.importFixture(fixture);
    const host = createHostCore({ protocols, methods: [conformanceMethods, createContractMethods(store)] });
    const { report } = host.run({
      command,
      session,
      methods,
      limits,
      signal,
      transport,
      // `own`: what it is in production.
      isolation: request.isolation === "own" ? "auto" : "none",
      ...(env && { env }),
      ...(request.http && { http: request.http }),
    });
    return { op: "ended", run: request.run, report: await report };
  } finally {
    await store.close();
  }
}

function describe(version: string, missing: readonly string[]): ControlReply {
  return {
    op: "describe",
    control: CONTROL_VERSION,
    name: "sandpipe-host",
    version,
    language: "typescript",
    protocols: [0, 1],
    transports: ["stdio", "http"],
    features: ["fixture", ...FEATURES.filter((feature) => !missing.includes(feature))],
    maxRuns: 8,
  };
}
