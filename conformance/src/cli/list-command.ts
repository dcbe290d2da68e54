import { mutantsOf } from "../mutants/index.js";
import { checkIds } from "../checks/index.js";
import { odditiesOf } from "../oddities/index.js";
import { rowsOf } from "../runner/roles.js";
import type { JudgedRole, Role, Version } from "../target/target.js";
import { readCommandLine } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { JUDGED, PROTOCOL_FLAG, protocolOf, SIDES } from "./subject-arguments.js";

/** `sandpipe list`: the checks with level, profile and feature, or the faults and oddities of the kit's own subjects. */
export function listCommand(args: readonly string[], { out }: CliContext): ExitCode {
  const line = readCommandLine(args, {
    ...PROTOCOL_FLAG,
    role: { kind: "choice", choices: JUDGED },
    mutants: { kind: "switch" },
    oddities: { kind: "switch" },
    json: { kind: "switch" },
  });
  const isAsked = (role: JudgedRole): boolean =>
    line.text("role") === undefined || line.text("role") === role;
  const version = protocolOf(line);
  const deviations = line.has("mutants") || line.has("oddities");
  const listed = [
    ...(deviations ? [] : JUDGED.filter(isAsked).flatMap((role) => listChecks(role, version))),
    ...SIDES.filter(isAsked).flatMap((role) => [
      ...(line.has("mutants") ? listMutants(role, version) : []),
      ...(line.has("oddities") ? listOddities(role) : []),
    ]),
  ];
  if (line.has("json")) {
    out.write(`${JSON.stringify(listed, undefined, 2)}\n`);
    return EXIT.conforms;
  }
  const rows = listed.map((entry) => Object.values(entry).map((value) => value ?? "-"));
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)),
    [],
  );
  for (const row of rows)
    out.write(
      `${row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  return EXIT.conforms;
}

function listMutants(role: Role, version: Version): readonly Record<string, string | undefined>[] {
  return mutantsOf(role, version).map(({ name, breaks, what }) => ({ role, name, breaks, what }));
}

function listOddities(role: Role): readonly Record<string, string | undefined>[] {
  return odditiesOf(role).map(({ name, what }) => ({ role, name, breaks: undefined, what }));
}

function listChecks(role: JudgedRole, version: Version): readonly Record<string, string | undefined>[] {
  const rows = rowsOf({ protocol: version, role });
  return checkIds(role, version).flatMap((id) => {
    const row = rows.get(id);
    if (!row) return [];
    const { level, profile, proof, feature, text } = row;
    return [{ role, id, level, profile, proof, feature, text }];
  });
}
