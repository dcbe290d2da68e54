import { RESERVED_PREFIXES } from "@sandpipe/spec/v1";
import { isMethodName } from "../frames/names.js";

/** Checks that a name may be given to a method of a host's own (`method:reserved:names`). Throws TypeError. */
export function checkMethodName(name: string): void {
  if (name === "" || !isMethodName(name)) {
    throw new TypeError("A method's name is a non-empty string of at most 128 code points");
  }
  const reserved = RESERVED_PREFIXES.find((prefix) => name.startsWith(prefix));
  if (reserved !== undefined) {
    throw new TypeError(
      `The method ${name} can't be defined: names that begin with ${reserved} are reserved`,
    );
  }
}
