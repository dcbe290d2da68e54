/**
 * Judges the founding document's own snippets by version 0 and writes what the kit finds to
 * docs/data/founding-draft.json, from which the docs tell the story. `npx tsx scripts/founding-draft.ts [--seed N]`;
 * needs cargo and the built kit.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { judge, type Report } from "@sandpipe/conformance";
import { REQUIREMENTS } from "@sandpipe/spec/v0/requirements";
import { format } from "prettier";

const FOLDER = "implementations/founding-draft";
const { values } = parseArgs({ options: { seed: { type: "string", default: "1" } } });
const seed = Number(values.seed);

execFileSync("cargo", ["build", "--quiet", "--locked"], { cwd: `${FOLDER}/host`, stdio: "inherit" });

const settings = { protocol: 0, seed, timeoutScale: 0.3, shrinkMs: 20_000 } as const;
const host = await judge({
  ...settings,
  role: "host",
  command: [`${FOLDER}/host/target/debug/founding-draft-host`],
});
const sandbox = await judge({
  ...settings,
  role: "sandbox",
  command: ["node_modules/.bin/bun", `${FOLDER}/sandbox/wrapper.ts`, "{script}"],
});

/** What the docs need of a report: each verdict with its rule, and of a failure its session. */
function storyOf({ subject, command, verdict, checks, sessions, exchanges }: Report) {
  return {
    ...{ name: subject.name, language: subject.language, command, verdict, sessions, exchanges },
    checks: checks.map(({ id, level, verdict: outcome, reason, failure }) => {
      const { text = "", intent = "" } = REQUIREMENTS.find((row) => row.id === id) ?? {};
      const told = { id, level, text, intent, verdict: outcome, ...(reason === undefined ? {} : { reason }) };
      if (!failure) return told;
      const { facts, transcript, stderr, minimal, token } = failure;
      return { ...told, failure: { facts, transcript, stderr, minimal, token } };
    }),
  };
}

/** A value of hundreds of kilobytes tells nobody more than its beginning. */
function shortened(_: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= 2_000) return value;
  return `${value.slice(0, 200)}… (${value.length} characters)`;
}

const story = {
  ...{ date: new Date().toISOString().slice(0, 10), kit: host.kit, protocol: 0, seed },
  ...{ host: storyOf(host), sandbox: storyOf(sandbox) },
};
// Where the kit was checked out is nobody's business.
const json = JSON.stringify(story, shortened).replaceAll(`${process.cwd()}/`, "");
mkdirSync("docs/data", { recursive: true });
writeFileSync("docs/data/founding-draft.json", await format(json, { parser: "json", printWidth: 110 }));
for (const { subject, checks } of [host, sandbox])
  for (const { id, verdict, reason = "" } of checks)
    console.log(`${subject.name}  ${id}  ${verdict} ${reason}`);
