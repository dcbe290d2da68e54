import type { HostPlan } from "../target/host-plan.js";
import { startHostTarget } from "../target/host-target.js";
import type { StartOptions, Version } from "../target/target.js";
import type { SmokeStep } from "./smoke-command.js";

const ECHO = { id: "smoke", method: "conformance.echo", params: { smoke: true } };
/** In version 0 only an object is a result for certain. */
const RESULT = { smoke: true };
const SAID = JSON.stringify(RESULT);

const PLANS: Readonly<Record<Version, HostPlan>> = {
  0: {
    steps: [
      { do: "write", parts: [{ line: ECHO }] },
      { do: "await", ids: ["smoke"] },
      { do: "end", value: RESULT },
    ],
  },
  1: {
    steps: [
      { do: "open" },
      { do: "write", parts: [{ frame: { jsonrpc: "2.0", ...ECHO } }] },
      { do: "await", ids: ["smoke"] },
      { do: "end", value: RESULT },
    ],
  },
};

/** Looks at a host's adapter, message by message. Rejects with `SubjectError` when it doesn't describe itself. */
export async function smokeHost(
  options: StartOptions,
  tell: (step: SmokeStep) => void,
  signal: AbortSignal,
): Promise<void> {
  const { protocol = 1 } = options;
  const target = await startHostTarget(options);
  const { subject } = target;
  const check = (what: string, wrong: string | undefined | false): void =>
    tell(wrong === undefined || wrong === false ? { what } : { what, wrong });
  try {
    check(
      `describe: ${subject.name} ${subject.version} in ${subject.language}, features: ${subject.features.join(", ") || "none"}`,
      undefined,
    );
    const { seen, fault, facts, stderr } = await target.run(PLANS[protocol], signal);
    const why =
      fault?.message ??
      facts
        .map(({ about, expected, actual }) => `${about}: expected ${String(expected)}, got ${String(actual)}`)
        .join("; ");
    const shown = `${why || "it came not"}${stderr.trim() === "" ? "" : `; its stderr: ${stderr.trim().slice(-500)}`}`;
    const echo = seen?.answers("smoke")[0]?.value;
    const report = seen?.report;
    check("run: the host starts the probe that `command` names", seen?.times["hello"] === undefined && shown);
    if (protocol === 1) check("session.open is answered", seen?.answers("open").length !== 1 && shown);
    check(
      "conformance.echo returns its params",
      JSON.stringify(echo?.["result"]) !== SAID && `expected ${SAID}, got ${JSON.stringify(echo) ?? shown}`,
    );
    if (protocol === 1) check("session.result is acknowledged", seen?.answers("end").length !== 1 && shown);
    check(
      "ended: the report says ok, exit code 0 and the result",
      !(report?.outcome === "ok" && report.exit.code === 0 && JSON.stringify(report.result) === SAID) &&
        `expected {"outcome":"ok","exit":{"code":0},"result":${SAID},…}, got ${report === undefined ? shown : JSON.stringify(report)}`,
    );
    const unknown = await target.provoke({ op: "sandpipe-smoke-unknown" });
    check(
      "an unknown op is answered with error",
      unknown === undefined &&
        'nothing came; answer {"op":"error","message":"…"}, so that newer kits can run this adapter',
    );
    const cancel = await target.provoke({ op: "cancel", run: "sandpipe-smoke-unknown" });
    check(
      "a cancel of an unknown run is answered with error",
      cancel === undefined && 'nothing came; answer {"op":"error","run":"…","message":"…"}',
    );
  } finally {
    await target.close();
  }
  const complaints = target.complaints?.() ?? [];
  check("exit: the adapter exits with code 0", complaints.length > 0 && complaints.join("; "));
}
