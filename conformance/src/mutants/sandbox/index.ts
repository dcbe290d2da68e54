import type { Mutant } from "../mutant.js";
import { frameMutants } from "./frame.js";
import { callMutants } from "./call.js";
import { outputMutants } from "./output.js";
import { resultMutants } from "./result.js";
import { sessionMutants } from "./session.js";
import { limitMutants } from "./limit.js";
import { flowMutants } from "./flow.js";
import { cancelMutants } from "./cancel.js";
import { httpMutants } from "./http.js";
import { fallbackMutants } from "./fallback.js";
import { lifeMutants } from "./life.js";
import { dataMutants } from "./data.js";
import { versionMutants } from "./version.js";

/** Every fault of the kit's own sandbox, areas in their order. */
export const SANDBOX_MUTANTS = [
  ...frameMutants,
  ...callMutants,
  ...outputMutants,
  ...resultMutants,
  ...sessionMutants,
  ...limitMutants,
  ...flowMutants,
  ...cancelMutants,
  ...httpMutants,
  ...fallbackMutants,
  ...lifeMutants,
  ...dataMutants,
  ...versionMutants,
] as const satisfies readonly Mutant[];

/** The name of a fault that the kit's own sandbox can be given. */
export type SandboxFault = (typeof SANDBOX_MUTANTS)[number]["name"];
