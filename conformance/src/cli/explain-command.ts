import { checkIds, ROWS } from "../runner/roles.js";
import { UsageError } from "../runner/usage-error.js";
import { nearest, readCommandLine } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { mutantsOf } from "../mutants/index.js";

/** `sandpipe explain ID`: all there is to know of a requirement. */
export function explainCommand(args: readonly string[], { out }: CliContext): ExitCode {
  const [id, more] = readCommandLine(args, {}).words;
  if (id === undefined)
    throw new UsageError("which requirement? For instance: sandpipe explain call:id:echo-type");
  if (more !== undefined) throw new UsageError("one requirement at a time: sandpipe explain ID");
  const row = ROWS.get(id);
  if (!row) {
    const near = nearest(id, [...ROWS.keys()]).slice(0, 5);
    const hint =
      near.length > 0 ? `did you mean ${near.join(", ")}?` : "`sandpipe list` shows all that are checked";
    throw new UsageError(`there is no requirement ${JSON.stringify(id)}; ${hint}`);
  }
  const checked = checkIds(row.role).includes(id);
  const faults = mutantsOf(row.role).filter(({ breaks }) => breaks === id);
  const self = `npx sandpipe test ${row.role} --only ${id} -- npx --no-install sandpipe self ${row.role}`;
  const lines = [
    row.id,
    `  ${row.text}`,
    `  Why: ${row.intent}`,
    "",
    `  level     ${row.level}, binds the ${row.role}, profile ${row.profile}, since ${row.since}`,
    `  feature   ${row.feature ?? "none: it always applies"}`,
    `  proof     ${row.proof}${row.reason === undefined ? "" : `: ${row.reason}`}`,
    `  check     ${checked ? `npx sandpipe test ${row.role} --only ${id} -- COMMAND…` : "none in this version of the kit"}`,
    ...faults.map(({ name, what }, index) => `  ${index === 0 ? "mutants " : "        "}  ${name}: ${what}`),
    ...(checked && faults[0] ? ["", `  See it caught: ${self} --fault ${faults[0].name}`] : []),
    ...(row.disputed === undefined ? [] : [`  disputed  ${row.disputed}`]),
    "",
    "  A failure of it prints a token: npx sandpipe replay TOKEN -- COMMAND…",
  ];
  out.write(`${lines.join("\n")}\n`);
  return EXIT.conforms;
}
