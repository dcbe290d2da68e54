import { LF } from "@sandpipe/spec/v1";

/** A push decoder of version 0: one JSON object a line, ended by LF only (R02); everything else is ignored. */
export interface BareLineDecoder {
  push(chunk: Uint8Array): { readonly [member: string]: unknown }[];
}

/** Creates the decoder; a line is recognised however its bytes are divided (`frame:receive:any-boundary`). */
export function createBareLineDecoder(): BareLineDecoder {
  let held: Uint8Array[] = [];
  return {
    push(chunk) {
      const lastLf = chunk.lastIndexOf(LF);
      if (lastLf < 0) {
        held.push(Uint8Array.from(chunk)); // A copy: the receiver reuses its buffer.
        return [];
      }
      const text = Buffer.concat([...held, chunk.subarray(0, lastLf)]).toString("utf8");
      held = [Uint8Array.from(chunk.subarray(lastLf + 1))];
      return text.split("\n").flatMap(readLine);
    },
  };
}

function readLine(line: string): { readonly [member: string]: unknown }[] {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return [value as { readonly [member: string]: unknown }];
  } catch {
    // A host's library prints; the document's own sandbox would throw.
  }
  return [];
}
