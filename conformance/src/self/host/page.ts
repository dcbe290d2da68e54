import type { Limits } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import { badParams } from "./method.js";

/** Bytes of everything of a response but a page's entries, generously. */
const ENVELOPE_BYTES = 4_096;

/** A list, and which page of it is asked for. */
export interface PageRequest {
  readonly entries: readonly unknown[];
  readonly member: "files" | "messages";
  readonly cursor?: string;
  readonly limit?: number;
}

/** One page: as many entries as fit one frame (`data:page:fits-frame`). The cursor is the number of those before it. */
export function page(
  { entries, member, cursor, limit }: PageRequest,
  { maxFrameBytes }: Limits,
  deviations: Deviations,
): Record<string, unknown> {
  const from = placeOf(cursor ?? "0", deviations);
  const most = Math.min(entries.length, from + (limit ?? entries.length));
  const lossy = deviations.has(member === "files" ? "page-border-lost" : "message-border-lost");
  let room = deviations.has("page-beyond-frame") ? Infinity : maxFrameBytes - ENVELOPE_BYTES;
  let to = from;
  // The first goes in at any size: alone it fits, or can't be sent at all.
  for (; to < most; to++) {
    room -= Buffer.byteLength(JSON.stringify(entries[to])) + 1;
    if (room < 0 && to > from) break;
  }
  const more = to < entries.length && !(deviations.has("shortened-page-last") && to < most);
  return {
    [member]: entries.slice(lossy && from > 0 ? from + 1 : from, to),
    ...(more && { nextCursor: String(to) }),
  };
}

/** Only what this host itself would write is a cursor (`data:page:bad-cursor`). */
function placeOf(cursor: string, deviations: Deviations): number {
  const place = Number(cursor);
  if (Number.isSafeInteger(place) && String(place) === cursor && place >= 0) return place;
  if (deviations.has("bad-cursor-begins-anew")) return 0;
  throw badParams("cursor is not one of this host's");
}
