import type { Step } from "@sandpipe/spec/control";
import { UNKNOWN_STEP } from "../target/sandbox-answers.js";
import { startSandboxTarget } from "../target/sandbox-target.js";
import type { StartOptions } from "../target/target.js";
import type { SmokeStep } from "./smoke-command.js";

/** No step of any version: a driver says `unsupported`, so that newer kits can run it. */
const UNKNOWN = { n: 1, do: UNKNOWN_STEP } as unknown as Step;

/** Looks at a sandbox and its driver; of a sandbox whose driver doesn't load there is nothing to see. */
export async function smokeSandbox(
  options: StartOptions,
  tell: (step: SmokeStep) => void,
  signal: AbortSignal,
): Promise<void> {
  const target = await startSandboxTarget(options);
  const { subject } = target;
  try {
    tell({
      what: `driver: ${subject.name} in ${subject.language}, steps beside the common ones: ${subject.features.join(", ") || "none"}`,
    });
    const { seen, fault, facts, stderr } = await target.run(
      {
        steps: [
          { do: "give", steps: [UNKNOWN] },
          { do: "await-done", of: [1] },
          { do: "give", steps: [{ n: 2, do: "result", value: "smoke" }] },
          { do: "await-result" },
          { do: "await-exit" },
        ],
      },
      signal,
    );
    if (fault?.kind === "adapter") return tell({ what: "the driver loads", wrong: fault.message });
    const why = fault?.message ?? facts.map(({ about, actual }) => `${about}: ${String(actual)}`).join("; ");
    const shown = `${why || "it never came"}${stderr.trim() === "" ? "" : `; its stderr: ${stderr.trim().slice(-500)}`}`;
    const step = (what: string, right: boolean, wrong: string): void =>
      tell(right ? { what } : { what, wrong });
    step("session.open comes", seen?.times["open"] !== undefined, shown);
    const unknown = seen?.done(1)[0];
    step(
      'an unknown step ends with code "unsupported"',
      unknown?.error?.code === "unsupported",
      `the driver said ${JSON.stringify(unknown) ?? "nothing"}; expected {"n":1,"error":{"code":"unsupported",…}}`,
    );
    const result = seen?.results[0];
    const right = result?.ok === true && result.value === "smoke";
    step(
      "the script's return value arrives as session.result",
      right,
      `got ${JSON.stringify(result) ?? shown}`,
    );
    step(
      "it exits with code 0 once that is acknowledged",
      seen?.exit?.code === 0,
      `got ${JSON.stringify(seen?.exit) ?? shown}`,
    );
  } finally {
    await target.close();
  }
}
