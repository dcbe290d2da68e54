import * as validators from "#validators";
import type { Step } from "@sandpipe/spec/control";
import type { SessionOpenResult } from "@sandpipe/spec/v1";
import { encodeFrame, encodeLine, encodeRecord } from "../wire/encode.js";
import { describeFaults } from "./describe-faults.js";
import { encodePart } from "./host-parts.js";
import { requireValidFrame, requireValidLine } from "./own-frame.js";
import type { Answer } from "./sandbox-plan.js";
import { KitFault, type Version } from "./target.js";

/** The bytes of one answer. Throws `KitFault` where a well-formed one breaks the kit's own schemas. */
export function encodeAnswer(answer: Answer, speaks: Version, idOf: (step: number) => unknown): Uint8Array {
  if ("part" in answer) {
    if ("repeat" in answer.part)
      return Buffer.from(answer.part.repeat.text.repeat(answer.part.repeat.count), "utf8");
    if ("frame" in answer.part) requireValidFrame(answer.part.frame);
    if ("line" in answer.part) requireValidLine(answer.part.line);
    return encodePart(answer.part);
  }
  const id = idOf(answer.of);
  if ("raw" in answer) {
    const { raw, encoding = "utf8" } = answer;
    const pieces = raw.split("{id}").map((piece) => Buffer.from(piece, encoding));
    const own = Buffer.from(JSON.stringify(id));
    return Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [own, piece])));
  }
  if ("members" in answer)
    return encodeRecord(JSON.stringify({ jsonrpc: "2.0", id, ...answer.members }) + (answer.tail ?? ""));
  const members = "result" in answer ? { result: answer.result } : { error: answer.error };
  return encodeResponse(id, members, speaks);
}

/** The bytes of a response of the kit's own; an odd id of the subject's is echoed all the same. */
export function encodeResponse(
  id: unknown,
  members: Readonly<Record<string, unknown>>,
  speaks: Version,
): Uint8Array {
  if (speaks === 0) {
    requireValidLine({ ...members, id: "1" });
    return encodeLine({ id, ...members });
  }
  const frame = { jsonrpc: "2.0", id, ...members };
  requireValidFrame({ ...frame, id: 1 });
  return encodeFrame(frame);
}

/** A step of this name is given on purpose, to hear that the driver doesn't know it. */
export const UNKNOWN_STEP = "sandpipe-smoke-unknown";

/** One answer as the body of an HTTP response. Throws `KitFault` for one that belongs to no call. */
export function answerBody(answer: Answer, id: unknown): string {
  if ("part" in answer || "raw" in answer)
    throw new KitFault("bytes that are no answer have no place in HTTP");
  const { of: _, ...members } = "members" in answer ? { of: answer.of, ...answer.members } : answer;
  return JSON.stringify({ jsonrpc: "2.0", id, ...members });
}

/** Holds what the kit gives the driver to its schema. */
export function requireValidSteps(steps: readonly Step[]): void {
  const result = { steps: steps.filter((step) => (step.do as string) !== UNKNOWN_STEP) };
  const validate: validators.Validator<unknown> = validators.NextResult;
  if (!validate(result))
    throw new KitFault(`steps break the kit's own schema: ${describeFaults(validate.errors, result)}`);
  for (const step of steps) {
    if (step.do !== "call") continue;
    const { step: number } = Object(step.params) as { step?: unknown };
    if (number !== step.n) throw new KitFault(`call step ${step.n} doesn't carry its number in params.step`);
  }
}

/** Holds the answer of session.open to its schema. */
export function requireValidOpening(result: SessionOpenResult): SessionOpenResult {
  const validate: validators.Validator<unknown> = validators.SessionOpenResult;
  if (validate(result)) return result;
  throw new KitFault(`the kit's session breaks its own schema: ${describeFaults(validate.errors, result)}`);
}
