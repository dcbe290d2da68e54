import type { HostSeen } from "../target/host-seen.js";
import { bytesOf } from "./bytes-of.js";
import { hasMembers, matches } from "./matches.js";
import type { ExpectedMessage, SessionVector } from "./session-vector.js";

/** Every way in which what a host did differs from what a session vector expects. */
export function judgeSession(vector: SessionVector, seen: HostSeen): string[] {
  return [...judgeResponses(vector, seen), ...judgeReport(vector, seen)];
}

function judgeResponses({ steps }: SessionVector, seen: HostSeen): string[] {
  const responses = seen.frames.map(({ value }) => value).filter((value) => !Object.hasOwn(value, "method"));
  const faults: string[] = [];
  for (const expected of steps.flatMap((step) => ("expect" in step ? step.expect : []))) {
    const index = responses.findIndex((response) => isResponse(expected, response));
    if (index < 0) faults.push(`expected ${JSON.stringify(expected)}, which did not come`);
    else responses.splice(index, 1);
  }
  return [...faults, ...responses.map((response) => `not expected: ${JSON.stringify(response)}`)];
}

/** Members of an error and of Sandpipe's own data may be more than those that are expected. */
function isResponse(expected: ExpectedMessage, response: Readonly<Record<string, unknown>>): boolean {
  if (response["id"] !== expected.id) return false;
  if (expected.error === undefined)
    return !Object.hasOwn(response, "error") && matches(expected.result, response["result"]);
  const { data, ...error } = expected.error;
  const actual = response["error"] as Record<string, unknown> | undefined;
  if (!hasMembers(error, actual)) return false;
  if (data === undefined) return true;
  return error.code >= 2000 ? matches(data, actual?.["data"]) : hasMembers(data as object, actual?.["data"]);
}

function judgeReport({ report: expected }: SessionVector, seen: HostSeen): string[] {
  const { report } = seen;
  if (report === undefined) return ["no report came"];
  const faults: string[] = [];
  const judge = (name: string, wanted: unknown, actual: unknown): void => {
    if (!matches(wanted, actual))
      faults.push(`report.${name}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`);
  };
  judge("outcome", expected.outcome, report.outcome);
  if (expected.exit) judge("exit", { $has: expected.exit }, report.exit);
  if ("result" in expected) judge("result", expected.result, report.result);
  if (expected.error) judge("error", { $has: expected.error }, report.error);
  if (expected.violations !== undefined)
    judge("violationCount", expected.violations, report.violationCount ?? report.violations.length);
  if (expected.skippedBytes !== undefined) judge("skippedBytes", expected.skippedBytes, report.skippedBytes);
  for (const stream of ["output", "stderr"] as const) {
    const wanted = expected[stream];
    if (wanted) judge(stream, latin1(bytesOf(wanted)), latin1(seen[stream]));
  }
  return faults;
}

/** Bytes as text, one character each, so that a difference can be read. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
