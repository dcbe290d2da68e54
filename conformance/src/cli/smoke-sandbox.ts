import { isDeepStrictEqual } from "node:util";
import type { Step } from "@sandpipe/spec/control";
import { UNKNOWN_STEP } from "../target/sandbox-answers.js";
import type { SandboxSeen } from "../target/sandbox-seen.js";
import type { SandboxPlan } from "../target/sandbox-plan.js";
import { startSandboxTarget } from "../target/sandbox-target.js";
import type { StartOptions, Version } from "../target/target.js";
import type { SmokeStep } from "./smoke-command.js";

/** No step of any version: a driver says `unsupported`, so that newer kits can run it. */
const UNKNOWN = { n: 1, do: UNKNOWN_STEP } as unknown as Step;

/** In version 0 only an object is a result for certain. */
const RESULT = { smoke: true };

const PLANS: Readonly<Record<Version, SandboxPlan>> = {
  0: { steps: [...unknownStep(), { do: "await-exit" }] },
  1: { steps: [...unknownStep(), { do: "await-result" }, { do: "await-exit" }] },
};

function unknownStep(): SandboxPlan["steps"] {
  return [
    { do: "give", steps: [UNKNOWN] },
    { do: "await-done", of: [1] },
    { do: "give", steps: [{ n: 2, do: "result", value: RESULT }] },
  ];
}

/** What arrived as the script's result: by version 0 it is the last line of output. */
function resultIn(seen: SandboxSeen | undefined, protocol: Version): unknown {
  if (protocol === 1) return seen?.results[0];
  const line = Buffer.from(seen?.output ?? [])
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .at(-1);
  try {
    return JSON.parse(line ?? "") as unknown;
  } catch {
    return line;
  }
}

/** Looks at a sandbox and its driver; of a sandbox whose driver doesn't load there is nothing to see. */
export async function smokeSandbox(
  options: StartOptions,
  tell: (step: SmokeStep) => void,
  signal: AbortSignal,
): Promise<void> {
  const { protocol = 1 } = options;
  const target = await startSandboxTarget(options);
  const { subject } = target;
  try {
    tell({
      what: `driver: ${subject.name} in ${subject.language}, steps beside the common ones: ${subject.features.join(", ") || "none"}`,
    });
    const { seen, fault, facts, stderr } = await target.run(PLANS[protocol], signal);
    if (fault?.kind === "adapter") return tell({ what: "the driver loads", wrong: fault.message });
    const why = fault?.message ?? facts.map(({ about, actual }) => `${about}: ${String(actual)}`).join("; ");
    const shown = `${why || "it never came"}${stderr.trim() === "" ? "" : `; its stderr: ${stderr.trim().slice(-500)}`}`;
    const step = (what: string, right: boolean, wrong: string): void =>
      tell(right ? { what } : { what, wrong });
    if (protocol === 1) step("session.open comes", seen?.times["open"] !== undefined, shown);
    const unknown = seen?.done(1)[0];
    step(
      'an unknown step ends with code "unsupported"',
      unknown?.error?.code === "unsupported",
      `the driver said ${JSON.stringify(unknown) ?? "nothing"}; expected {"n":1,"error":{"code":"unsupported",…}}`,
    );
    const result = resultIn(seen, protocol);
    const wanted = protocol === 1 ? { ok: true, value: RESULT } : RESULT;
    step(
      `the script's return value arrives as ${protocol === 1 ? "session.result" : "the last line of stdout"}`,
      isDeepStrictEqual(result, wanted),
      `got ${JSON.stringify(result) ?? shown}`,
    );
    step(
      `it exits with code 0${protocol === 1 ? " once that is acknowledged" : ""}`,
      seen?.exit?.code === 0,
      `got ${JSON.stringify(seen?.exit) ?? shown}`,
    );
  } finally {
    await target.close();
  }
}
