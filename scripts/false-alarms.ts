/**
 * Counts false alarms: judges the kit's own host and sandbox, which are right, from many seeds, and names every check
 * that did not pass. `npx tsx scripts/false-alarms.ts [--seeds 50] [--from 1] [--role host|sandbox] [-- COMMAND…]`;
 * with a command that subject is judged in place of the kit's own. Exit 1 when there was a false alarm, 2 when a run
 * was left undecided.
 */
import { parseArgs } from "node:util";
import { judge } from "@sandpipe/conformance";

const SELF = ["node", "conformance/bin/sandpipe.mjs", "self"];

const split = process.argv.indexOf("--");
const { values } = parseArgs({
  args: process.argv.slice(2, split < 0 ? undefined : split),
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string", default: "1" },
    role: { type: "string" },
    runs: { type: "string" },
    "timeout-scale": { type: "string", default: "4" },
  },
});
const command = split < 0 ? undefined : process.argv.slice(split + 1);
const roles = (["host", "sandbox"] as const).filter(
  (role) => values.role === undefined || values.role === role,
);
if (roles.length === 0 || (command && roles.length > 1)) {
  console.error("say --role host or --role sandbox, and with a command always");
  process.exit(64);
}

const totals = { runs: 0, sessions: 0, exchanges: 0, failed: 0, open: 0 };
for (const role of roles) {
  for (let n = 0; n < Number(values.seeds); n++) {
    const seed = Number(values.from) + n;
    const report = await judge({
      ...{ role, command: command ?? [...SELF, role], seed },
      timeoutScale: Number(values["timeout-scale"]),
      ...(values.runs === undefined ? {} : { runs: Number(values.runs) }),
    });
    totals.runs++;
    totals.sessions += report.sessions;
    totals.exchanges += report.exchanges;
    const bad = report.checks.filter(
      ({ verdict, level }) => level !== "MAY" && !["pass", "not-applicable"].includes(verdict),
    );
    for (const { id, verdict, reason, failure } of bad) {
      if (verdict === "fail") totals.failed++;
      else totals.open++;
      const [fact] = failure?.facts ?? [];
      const why = reason ?? (fact ? `${fact.about}: ${JSON.stringify(fact.actual)}` : "");
      console.log(`${role} seed ${seed}: ${id} ${verdict} ${why} ${failure?.token ?? ""}`);
    }
    for (const complaint of report.complaints) console.log(`${role} seed ${seed}: the adapter: ${complaint}`);
    console.log(`${role} seed ${seed}: ${report.verdict}, ${(report.ms / 1000).toFixed(1)} s`);
  }
}
console.log(
  `${totals.runs} runs, ${totals.sessions} sessions, ${totals.exchanges} exchanges: ${totals.failed} false alarms, ${totals.open} undecided`,
);
process.exitCode = totals.failed > 0 ? 1 : totals.open > 0 ? 2 : 0;
