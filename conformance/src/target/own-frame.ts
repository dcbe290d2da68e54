import * as validators from "#validators";
import { describeFaults } from "./describe-faults.js";
import { KitFault } from "./target.js";

const SESSION_PARAMS: Readonly<Record<string, validators.Validator<unknown>>> = {
  "session.open": validators.SessionOpenParams,
  "session.result": validators.SessionResultParams,
  "session.output": validators.SessionOutputParams,
  "session.progress": validators.SessionProgressParams,
  "session.emit": validators.SessionEmitParams,
  "session.cancel": validators.SessionCancelParams,
  "session.close": validators.SessionCloseParams,
};

/**
 * Holds the kit to its own schemas: a frame that isn't meant to be malformed must be valid, or the subject would be
 * judged by the kit's mistake. What is meant to be malformed is a `record`, a `text` or `base64`.
 */
export function requireValidFrame(value: unknown): void {
  const frame = value as { id?: unknown; method?: unknown; result?: unknown; params?: unknown };
  const isObject = typeof value === "object" && value !== null;
  const kind =
    !isObject || "method" in frame
      ? "id" in Object(value)
        ? "Request"
        : "Notification"
      : "result" in frame
        ? "SuccessResponse"
        : "ErrorResponse";
  const validate: validators.Validator<unknown> = validators[kind];
  if (!validate(value)) fail(kind, validate, value);
  const own = typeof frame.method === "string" && Object.hasOwn(SESSION_PARAMS, frame.method);
  const params = own ? SESSION_PARAMS[frame.method as string] : undefined;
  if (params && !params(frame.params)) fail(`${String(frame.method)}'s params`, params, frame.params);
}

function fail(what: string, validate: validators.Validator<unknown>, value: unknown): never {
  const why = describeFaults(validate.errors, value);
  throw new KitFault(
    `a case of the kit breaks the kit's own schema of ${what}: ${why}; malformed frames are written as records or texts`,
  );
}

/** The same for version 0: what is meant to be no request and no response is a `text` or `base64`. */
export function requireValidLine(value: unknown): void {
  const members = Object(value) as object;
  const kind =
    "method" in members ? "RequestV0" : "error" in members ? "ErrorResponseV0" : "SuccessResponseV0";
  const validate: validators.Validator<unknown> = validators[kind];
  if (!validate(value)) fail(kind, validate, value);
}
