import type { HostCheck } from "../check.js";
import { frameChecks } from "./frame.js";
import { callChecks } from "./call.js";
import { envelopeChecks } from "./envelope.js";
import { methodChecks } from "./method.js";
import { duplicateChecks } from "./duplicate.js";
import { errorChecks } from "./error.js";
import { outputChecks } from "./output.js";
import { resultChecks } from "./result.js";
import { sessionChecks } from "./session.js";
import { emitChecks } from "./emit.js";
import { limitChecks } from "./limit.js";
import { flowChecks } from "./flow.js";
import { cancelChecks } from "./cancel.js";
import { httpChecks } from "./http.js";
import { httpGuardChecks } from "./http-guard.js";
import { httpRouteChecks } from "./http-routes.js";
import { lifeStartChecks } from "./life-start.js";
import { lifeExitChecks } from "./life-exit.js";
import { lifeEndChecks } from "./life-end.js";
import { isolationChecks } from "./isolation.js";
import { scopeChecks } from "./scope.js";
import { dataPageChecks } from "./data-pages.js";
import { dataReadChecks } from "./data-read.js";
import { dataWriteChecks } from "./data-write.js";
import { versionChecks } from "./version.js";
import { violationChecks } from "./violation.js";

/**
 * Every check of a host, areas in the order of the requirement rows. A line like `R08: owner/repo#400` above one names
 * a public bug report whose fault it finds.
 */
export const hostChecks: readonly HostCheck[] = [
  ...frameChecks,
  ...violationChecks,
  ...callChecks,
  ...envelopeChecks,
  ...duplicateChecks,
  ...methodChecks,
  ...errorChecks,
  ...outputChecks,
  ...resultChecks,
  ...sessionChecks,
  ...emitChecks,
  ...limitChecks,
  ...flowChecks,
  ...cancelChecks,
  ...httpChecks,
  ...httpGuardChecks,
  ...httpRouteChecks,
  ...lifeStartChecks,
  ...lifeExitChecks,
  ...lifeEndChecks,
  ...isolationChecks,
  ...scopeChecks,
  ...dataPageChecks,
  ...dataReadChecks,
  ...dataWriteChecks,
  ...versionChecks,
];
