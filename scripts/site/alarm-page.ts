import { ALARMS_FILE, readAlarms } from "../alarm-record.js";
import { table } from "./html.js";
import type { SitePage } from "./page.js";

/** How often a check failed an implementation that is thought right, and why. */
export function alarmPage(path: string): SitePage {
  const title = "False alarms";
  const entries = readAlarms();
  if (entries.length === 0)
    return {
      path,
      title,
      body: `Nothing was counted yet. \`npm run false-alarms\` writes \`${ALARMS_FILE}\`.`,
    };
  const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
  const runs = sum(entries.map(({ seeds }) => seeds.length));
  const judgements = sum(entries.map(({ seeds, checks }) => seeds.length * checks));
  const all = entries.flatMap((entry) => entry.alarms.map((alarm) => ({ ...alarm, entry })));
  const last = entries.map(({ date }) => date).reduce((one, other) => (one > other ? one : other));
  const number = (value: number): string => value.toLocaleString("en-GB");
  const rows = entries.map((entry) => [
    ...[entry.implementation, entry.role, entry.profile, entry.underLoad ? "yes" : "no"],
    number(entry.runs),
    number(entry.seeds.length),
    number(entry.exchanges),
    ...[number(entry.alarms.length), number(entry.undecided.length), `<span>${entry.date}</span>`],
  ]);
  const told = all.map(
    ({ check, seed, why, cause, entry }) =>
      `- \`${check}\`, ${entry.implementation}, seed ${seed}: ${why}. ${cause === undefined ? "Its cause isn't known yet." : `Cause: ${cause}`}`,
  );
  const body = [
    `${number(runs)} runs of implementations that are thought right, ${number(judgements)} judgements, ${all.length === 1 ? "1 false alarm" : `${all.length === 0 ? "no" : number(all.length)} false alarms`}. The last run was on ${last}; the data: [false-alarms.json](/${ALARMS_FILE}).`,
    table(
      [
        ...["implementation", "role", "profile", "under load", "sessions a check"],
        ...["seeds", "exchanges", "alarms", "undecided", "last run"],
      ],
      rows,
    ),
    "_under load_: every core was kept busy by something else meanwhile. _undecided_: out of time, or a failure that did not come again; the kit says so and blames nobody.",
    ...(told.length > 0 ? ["## Each of them", told.join("\n")] : []),
  ];
  return { path, title, body: body.join("\n\n") };
}
