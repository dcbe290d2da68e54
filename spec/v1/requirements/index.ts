import type { Area, Requirement, Row } from "../../requirement.js";
import { frame } from "./frame.js";
import { call } from "./call.js";
import { method } from "./method.js";
import { error } from "./error.js";
import { output } from "./output.js";
import { result } from "./result.js";
import { session } from "./session.js";
import { limit } from "./limit.js";
import { flow } from "./flow.js";
import { cancel } from "./cancel.js";
import { http } from "./http.js";
import { fallback } from "./fallback.js";
import { life } from "./life.js";
import { scope } from "./scope.js";
import { data } from "./data.js";
import { version } from "./version.js";

const byArea: { readonly [A in Area]: readonly Requirement[] } = {
  frame,
  call,
  method,
  error,
  output,
  result,
  session,
  limit,
  flow,
  cancel,
  http,
  fallback,
  life,
  scope,
  data,
  version,
};

/** Every requirement of v1, areas in their order. */
export const REQUIREMENTS: readonly Row[] = Object.entries(byArea).flatMap(([area, rows]) =>
  rows.map((row) => ({ ...row, area: area as Area, since: "1.0" })),
);
