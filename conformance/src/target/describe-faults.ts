import type { ValidationFault } from "#validators";

/** What a validator found, in words: the member by its JSON pointer, what is wrong, what is there. */
export function describeFaults(
  faults: readonly ValidationFault[] | null | undefined,
  value: unknown,
): string {
  const listed = (faults ?? []).slice(0, 3).map((fault) => {
    const actual = JSON.stringify(valueAt(value, fault.instancePath)) ?? "absent";
    const shown = actual.length > 80 ? `${actual.slice(0, 77)}...` : actual;
    const extra =
      fault.keyword === "enum" || fault.keyword === "const" ? ` ${JSON.stringify(fault.params)}` : "";
    return `${fault.instancePath || "the message"} ${fault.message ?? "is wrong"}${extra} (it is ${shown})`;
  });
  return listed.join("; ");
}

function valueAt(value: unknown, pointer: string): unknown {
  let at: unknown = value;
  for (const name of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[name.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return at;
}
