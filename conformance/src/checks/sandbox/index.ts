import type { SandboxCheck } from "../check.js";
import { frameChecks } from "./frame.js";
import { callChecks } from "./call.js";
import { callAnswerChecks } from "./call-answer.js";
import { outputChecks } from "./output.js";
import { outputValueChecks } from "./output-value.js";
import { resultChecks } from "./result.js";
import { sessionChecks } from "./session.js";
import { limitChecks } from "./limit.js";
import { flowChecks } from "./flow.js";
import { cancelChecks } from "./cancel.js";
import { httpChecks } from "./http.js";
import { fallbackChecks } from "./fallback.js";
import { fallbackHttpChecks } from "./fallback-http.js";
import { lifeChecks } from "./life.js";
import { lifeStartChecks } from "./life-start.js";
import { lifeExitChecks } from "./life-exit.js";
import { dataChecks } from "./data.js";
import { dataQueryChecks } from "./data-query.js";
import { dataDuckdbChecks } from "./data-duckdb.js";
import { dataServerChecks } from "./data-server.js";
import { versionChecks } from "./version.js";

/** Every check of a sandbox, areas in the order of the requirement rows. */
export const sandboxChecks: readonly SandboxCheck[] = [
  ...frameChecks,
  ...callChecks,
  ...callAnswerChecks,
  ...outputChecks,
  ...outputValueChecks,
  ...resultChecks,
  ...sessionChecks,
  ...limitChecks,
  ...flowChecks,
  ...cancelChecks,
  ...httpChecks,
  ...fallbackChecks,
  ...fallbackHttpChecks,
  ...lifeChecks,
  ...lifeStartChecks,
  ...lifeExitChecks,
  ...dataChecks,
  ...dataQueryChecks,
  ...dataDuckdbChecks,
  ...dataServerChecks,
  ...versionChecks,
];
