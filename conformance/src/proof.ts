/** How the kit is proven: its own subjects with one fault, two or an oddity, and the checks that must tell. */
export { casesOf, judgeMutant, selfCommand } from "./mutants/judge-mutant.js";
export { mutantsOf, versionOf } from "./mutants/index.js";
export type { Mutant } from "./mutants/mutant.js";
export type { Pair } from "./mutants/pair.js";
export { PAIRS } from "./mutants/pairs.js";
export type { Oddity } from "./oddities/oddity.js";
export { odditiesOf } from "./oddities/index.js";
export { environmentServers } from "./databases/server.js";
export { transcriptLength } from "./report/transcript-lines.js";
export { DEFAULT_RUNS } from "./runner/run-check.js";
export { parseToken } from "./runner/token.js";
export type { ReplayToken } from "./runner/token.js";
