import { checkIds } from "../checks/index.js";
import { mutantsOf } from "../mutants/index.js";
import { roleOfCheck, rowsOf } from "../runner/roles.js";
import { UsageError } from "../runner/usage-error.js";
import type { Version } from "../target/target.js";
import { nearest, readCommandLine } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { exampleOf, JUDGED, PROTOCOL_FLAG, protocolOf } from "./subject-arguments.js";

/** `sandpipe explain ID`: all there is to know of a requirement. */
export function explainCommand(args: readonly string[], { out }: CliContext): ExitCode {
  const line = readCommandLine(args, PROTOCOL_FLAG);
  const [id, more] = line.words;
  if (id === undefined)
    throw new UsageError("which requirement? For instance: sandpipe explain call:id:echo-type");
  if (more !== undefined) throw new UsageError("one requirement at a time: sandpipe explain ID");
  const wanted = line.text("protocol") === undefined ? ([1, 0] as const) : [protocolOf(line)];
  const version: Version = wanted.find((one) => roleOfCheck(id, one) !== undefined) ?? 1;
  const role = roleOfCheck(id, version);
  const row = role && rowsOf({ protocol: version, role }).get(id);
  if (!row) {
    const known = wanted.flatMap((protocol) =>
      JUDGED.flatMap((one) => [...rowsOf({ protocol, role: one }).keys()]),
    );
    const near = nearest(id, [...new Set(known)]).slice(0, 5);
    const hint =
      near.length > 0 ? `did you mean ${near.join(", ")}?` : "`sandpipe list` shows all that are checked";
    throw new UsageError(`there is no requirement ${JSON.stringify(id)}; ${hint}`);
  }
  const checked = checkIds(role, version).includes(id);
  const faults = role === "both" ? [] : mutantsOf(role, version).filter(({ breaks }) => breaks === id);
  const test = `npx sandpipe test ${role}${version === 0 ? " --protocol 0" : ""} --only ${id}`;
  const self = `${test} -- npx --no-install sandpipe self ${role}`;
  const lines = [
    row.id,
    `  ${row.text}`,
    `  Why: ${row.intent}`,
    "",
    `  level     ${row.level} of version ${version}, binds ${role === "both" ? "the pair" : `the ${role}`}, profile ${row.profile}, since ${row.since}`,
    `  feature   ${row.feature ?? "none: it always applies"}`,
    `  proof     ${row.proof}${row.reason === undefined ? "" : `: ${row.reason}`}`,
    `  check     ${checked ? exampleOf(role, test) : "none in this version of the kit"}`,
    ...faults.map(({ name, what }, index) => `  ${index === 0 ? "mutants " : "        "}  ${name}: ${what}`),
    ...(checked && faults[0] ? ["", `  See it caught: ${self} --fault ${faults[0].name}`] : []),
    ...(row.disputed === undefined ? [] : [`  disputed  ${row.disputed}`]),
    "",
    "  A failure of it prints a token: npx sandpipe replay TOKEN -- COMMAND…",
  ];
  out.write(`${lines.join("\n")}\n`);
  return EXIT.conforms;
}
