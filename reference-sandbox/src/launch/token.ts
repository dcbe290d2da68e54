import { closeSync, readFileSync } from "node:fs";

/** Names the descriptor by which the launcher hands the token on. */
const VARIABLE = "SANDPIPE_TOKEN_DESCRIPTOR";

/** Reads the host's token and leaves no trace of it where the script could look (`life:environment:token-gone`). */
export function takeToken(): string | undefined {
  const descriptor = process.env[VARIABLE];
  if (descriptor === undefined) return undefined;
  delete process.env[VARIABLE];
  const token = readFileSync(Number(descriptor), "utf8").trimEnd();
  closeSync(Number(descriptor));
  return token === "" ? undefined : token;
}
