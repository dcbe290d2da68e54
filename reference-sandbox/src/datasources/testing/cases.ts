import type { Case } from "./case.js";
import { CONNECT_CASES } from "./connect-cases.js";
import { LOAD_CASES } from "./load-cases.js";
import { RULE_CASES } from "./rule-cases.js";
import { STOP_CASES } from "./stop-cases.js";
import { VALUE_CASES } from "./value-cases.js";

/** Everything that the datasources promise, run in each runtime and time zone. */
export const CASES: readonly Case[] = [
  ...VALUE_CASES,
  ...RULE_CASES,
  ...STOP_CASES,
  ...CONNECT_CASES,
  ...LOAD_CASES,
];
