import type { Mutant } from "../mutant.js";
import { frameMutants } from "./frame.js";
import { callMutants } from "./call.js";
import { methodMutants } from "./method.js";
import { errorMutants } from "./error.js";
import { outputMutants } from "./output.js";
import { resultMutants } from "./result.js";
import { sessionMutants } from "./session.js";
import { limitMutants } from "./limit.js";
import { flowMutants } from "./flow.js";
import { cancelMutants } from "./cancel.js";
import { httpMutants } from "./http.js";
import { lifeMutants } from "./life.js";
import { scopeMutants } from "./scope.js";
import { dataMutants } from "./data.js";
import { versionMutants } from "./version.js";

/** Every host mutant, areas in their order. */
export const HOST_MUTANTS = [
  ...frameMutants,
  ...callMutants,
  ...methodMutants,
  ...errorMutants,
  ...outputMutants,
  ...resultMutants,
  ...sessionMutants,
  ...limitMutants,
  ...flowMutants,
  ...cancelMutants,
  ...httpMutants,
  ...lifeMutants,
  ...scopeMutants,
  ...dataMutants,
  ...versionMutants,
] as const satisfies readonly Mutant[];

/** The name of a fault that the kit's own host can be given. */
export type HostFault = (typeof HOST_MUTANTS)[number]["name"];
