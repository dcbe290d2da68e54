import type { Row } from "@sandpipe/spec/requirement";

const common = { level: "MUST", role: "host", since: "1.0", profile: "core", proof: "stochastic" } as const;

/** What a pair must do together. Each follows from requirements of the two sides; the ids name the closest. */
export const BOTH_ROWS: readonly Row[] = [
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
