import type { ControlRequest } from "@sandpipe/spec/control";
import type { ValidationFault, Validator } from "#validators";
import { CancelRequest, DescribeRequest, ExitRequest, RunRequest } from "#validators";

/** A control message, or what is wrong with a line that is none. */
export type ControlReading =
  { readonly request: ControlRequest } | { readonly fault: string; readonly run: string | undefined };

const VALIDATORS: ReadonlyMap<unknown, Validator<ControlRequest>> = new Map<
  unknown,
  Validator<ControlRequest>
>([
  ["describe", DescribeRequest],
  ["run", RunRequest],
  ["cancel", CancelRequest],
  ["exit", ExitRequest],
]);

/** Reads one line of the control protocol. */
export function readControl(line: string): ControlReading {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return { fault: "A control message is one JSON object a line", run: undefined };
  }
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return { fault: "A control message is a JSON object", run: undefined };
  }
  const { op, run: named } = message as { op?: unknown; run?: unknown };
  const run = typeof named === "string" ? named : undefined;
  const validate = VALIDATORS.get(op);
  if (!validate)
    return { fault: `Unknown op ${JSON.stringify(op)}: describe, run, cancel and exit are known`, run };
  if (!validate(message))
    return { fault: `The ${String(op)} message is wrong: ${describe(validate.errors)}`, run };
  return { request: message };
}

function describe(faults: readonly ValidationFault[] | null | undefined): string {
  const fault = faults?.[0];
  return `${fault?.instancePath || "it"} ${fault?.message ?? "is not valid"}`;
}
