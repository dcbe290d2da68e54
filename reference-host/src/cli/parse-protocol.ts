import type { Version } from "../v0/stdout-reader.js";
import { CommandError } from "./command-error.js";

const OFFERS: Readonly<Record<string, readonly Version[]>> = { "0": [0], "1": [1], "0,1": [0, 1] };

/** Reads which versions of the protocol are offered; default 1. Throws CommandError. */
export function readProtocols(text = "1"): readonly Version[] {
  if (!Object.hasOwn(OFFERS, text)) throw new CommandError(`--protocol is 0, 1 or 0,1, not ${text}`);
  return OFFERS[text] as readonly Version[];
}
