import { scriptError, type CallSite } from "../datasources/failure.js";
import { SandpipeError } from "../errors.js";

/** Makes the errors of work in several steps point to the script's own line; other errors than ours stay as they are. */
export function pointTo<T>(site: CallSite, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw pointed(error, site);
  });
}

/** The same of pieces, which come later than the line that asked for the first. */
export async function* pointPiecesTo<T>(
  site: CallSite,
  pieces: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* pieces;
  } catch (error) {
    throw pointed(error, site);
  }
}

function pointed(error: unknown, site: CallSite): unknown {
  return error instanceof SandpipeError ? scriptError(error, site) : error;
}
