import type { ValidationFault } from "#validators";

const MESSAGE_LENGTH = 200;

/** Says in one line which member of the params is wrong, and how. */
export function describeParamsFault(faults: readonly ValidationFault[] | null | undefined): string {
  const fault = faults?.[0];
  if (fault === undefined) return "Invalid params";
  const missing = fault.params["missingProperty"];
  const path = `params${fault.instancePath.replaceAll("/", ".")}`;
  const text =
    typeof missing === "string"
      ? `${path}.${missing} is required`
      : `${path} ${fault.message ?? "is not valid"}`;
  return `Invalid params: ${text.slice(0, MESSAGE_LENGTH).toWellFormed()}`;
}
