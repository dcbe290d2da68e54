import type { Row } from "@sandpipe/spec/requirement";

const common = { level: "MUST", role: "host", since: "1.0", profile: "core", proof: "stochastic" } as const;

const OVER_STDIO: readonly Row[] = [
  {
    ...common,
    id: "both:call:own-result",
    area: "call",
    text: "Each call of the script ends once, with the result or error that its method makes of its params.",
    intent: "Two sides that are right alone may still read each other wrong.",
  },
  {
    ...common,
    id: "both:call:executed-once",
    area: "call",
    text: "Each call is executed exactly once.",
    intent: "What is lost or doubled between the two shows in neither alone.",
  },
  {
    ...common,
    id: "both:output:whole",
    area: "output",
    text: "All that the script prints is in the report's output, whole and in order.",
    intent: "Prints are what people look at first.",
  },
  {
    ...common,
    id: "both:result:handed-over",
    area: "result",
    text: "The script's result or error is in the report, and the outcome says which it was.",
    intent: "It is what the run was for.",
  },
  {
    ...common,
    id: "both:emit:kept",
    area: "output",
    text: "What the script emits is in the report, in order.",
    intent: "A chart that is lost on the way was never drawn.",
    feature: "emit",
  },
];

const OVER_HTTP: Readonly<Record<string, string>> = {
  "both:call:own-result": "both:http:own-result",
  "both:call:executed-once": "both:http:executed-once",
  "both:output:whole": "both:http:output-whole",
  "both:result:handed-over": "both:http:result-handed-over",
  "both:emit:kept": "both:http:emits-kept",
};

/**
 * What a pair must do together, over stdio and then over HTTP. Each follows from requirements of the two sides; the
 * ids name the closest.
 */
export const BOTH_ROWS: readonly Row[] = [
  ...OVER_STDIO,
  ...OVER_STDIO.map((row): Row => ({
    ...row,
    id: OVER_HTTP[row.id] ?? row.id,
    area: "http",
    feature: "http",
    text: `Over HTTP: ${row.text.slice(0, 1).toLowerCase()}${row.text.slice(1)}`,
  })),
];
