import type { HostPlan } from "../target/host-plan.js";
import { startHostTarget } from "../target/host-target.js";
import type { StartOptions } from "../target/target.js";
import type { SmokeStep } from "./smoke-command.js";

const PLAN: HostPlan = {
  steps: [
    { do: "open" },
    {
      do: "write",
      parts: [
        { frame: { jsonrpc: "2.0", id: "smoke", method: "conformance.echo", params: { smoke: true } } },
      ],
    },
    { do: "await", ids: ["smoke"] },
    { do: "end", value: "smoke" },
  ],
};

/** Looks at a host's adapter, message by message. Rejects with `SubjectError` when it doesn't describe itself. */
export async function smokeHost(
  options: StartOptions,
  tell: (step: SmokeStep) => void,
  signal: AbortSignal,
): Promise<void> {
  const target = await startHostTarget(options);
  const { subject } = target;
  const check = (what: string, wrong: string | undefined | false): void =>
    tell(wrong === undefined || wrong === false ? { what } : { what, wrong });
  try {
    check(
      `describe: ${subject.name} ${subject.version} in ${subject.language}, features: ${subject.features.join(", ") || "none"}`,
      undefined,
    );
    const { seen, fault, facts, stderr } = await target.run(PLAN, signal);
    const why =
      fault?.message ??
      facts
        .map(({ about, expected, actual }) => `${about}: expected ${String(expected)}, got ${String(actual)}`)
        .join("; ");
    const shown = `${why || "it came not"}${stderr.trim() === "" ? "" : `; its stderr: ${stderr.trim().slice(-500)}`}`;
    const echo = seen?.answers("smoke")[0]?.value;
    const report = seen?.report;
    check("run: the host starts the probe that `command` names", seen?.times["hello"] === undefined && shown);
    check("session.open is answered", seen?.answers("open").length !== 1 && shown);
    check(
      "conformance.echo returns its params",
      JSON.stringify(echo?.["result"]) !== '{"smoke":true}' &&
        `expected {"smoke":true}, got ${JSON.stringify(echo) ?? shown}`,
    );
    check("session.result is acknowledged", seen?.answers("end").length !== 1 && shown);
    check(
      "ended: the report says ok, exit code 0 and the result",
      !(report?.outcome === "ok" && report.exit.code === 0 && report.result === "smoke") &&
        `expected {"outcome":"ok","exit":{"code":0},"result":"smoke",…}, got ${report === undefined ? shown : JSON.stringify(report)}`,
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
