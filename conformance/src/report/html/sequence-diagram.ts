import type { Role } from "../../target/target.js";
import type { TranscriptEvent } from "../../target/transcript.js";
import { payloadText } from "../payload-text.js";
import { partiesOf } from "../transcript-lines.js";
import { escapeXml } from "../xml.js";
import { markup, pictureName } from "./markup.js";

const LANES: Readonly<Record<Role, readonly string[]>> = {
  host: ["kit", "host", "probe"],
  sandbox: ["kit", "sandbox"],
};
const MAX_EVENTS = 80;
const PAYLOAD_CHARACTERS = 320;
const LINE_CHARACTERS = 88;
const WIDTH = 1_010;
const TIME_X = 66;
const FIRST_LANE_X = 110;
const LANE_PIXELS = 96;
const HEAD_PIXELS = 34;
const LINE_PIXELS = 17;
const ROW_GAP = 8;

/** A transcript as a sequence diagram: time runs down, one lane a party, the payload beside its arrow. Markup (SVG). */
export function sequenceDiagram(
  events: readonly TranscriptEvent[],
  role: Role,
  shows: ReadonlySet<number>,
  title: string,
): string {
  const lanes = LANES[role];
  const laneX = (name: string): number =>
    FIRST_LANE_X + Math.max(0, lanes.indexOf(name === "adapter" ? "host" : name)) * LANE_PIXELS;
  const textX = FIRST_LANE_X + (lanes.length - 1) * LANE_PIXELS + 40;
  let y = HEAD_PIXELS;
  const drawn = shownEvents(events).map(({ event, index }) => {
    if (event === undefined) {
      y += LINE_PIXELS + ROW_GAP;
      return text(textX, y - ROW_GAP, `… ${index} events left out …`, "note");
    }
    const lines = wrap(labelOf(event));
    const top = y;
    y += lines.length * LINE_PIXELS + ROW_GAP;
    const middle = top + LINE_PIXELS - 4;
    const back = shows.has(index)
      ? `<rect class="shows" x="0" y="${top}" width="${WIDTH}" height="${y - top}"/>`
      : "";
    const parties = partiesOf(event, role);
    return [
      back,
      text(TIME_X, middle, event.at.toFixed(event.at < 100 ? 1 : 0), "time", "end"),
      parties ? arrow(laneX(parties.from), laneX(parties.to), middle - 4) : "",
      ...lines.map((line, at) => text(textX, middle + at * LINE_PIXELS, line, parties ? "" : "note")),
    ].join("");
  });
  const height = y + ROW_GAP;
  const rails = lanes.map(
    (name) =>
      `<line class="lane" x1="${laneX(name)}" y1="22" x2="${laneX(name)}" y2="${height}"/>` +
      text(laneX(name), 15, name, "party"),
  );
  return `<svg class="sequence" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}" xmlns="http://www.w3.org/2000/svg">
${text(TIME_X, 15, "ms", "time", "end")}${rails.join("")}
${drawn.join("\n")}
</svg>`;
}

function shownEvents(
  events: readonly TranscriptEvent[],
): readonly { readonly event: TranscriptEvent | undefined; readonly index: number }[] {
  const all = events.map((event, index) => ({ event, index }));
  if (all.length <= MAX_EVENTS) return all;
  const half = MAX_EVENTS / 2;
  return [...all.slice(0, half), { event: undefined, index: all.length - MAX_EVENTS }, ...all.slice(-half)];
}

function labelOf(event: TranscriptEvent): string {
  const where = event.channel === "stderr" ? "(2) " : event.channel === "control" ? "(control) " : "";
  return where + payloadText(event, PAYLOAD_CHARACTERS);
}

function wrap(label: string): readonly string[] {
  const lines = [""];
  let width = 0;
  // By code points, so that no character is cut in two.
  for (const character of label) {
    const cells = pictureName(character)?.length ?? 1;
    width += cells;
    if (width > LINE_CHARACTERS) {
      lines.push("");
      width = cells;
    }
    lines[lines.length - 1] += character;
  }
  return lines;
}

function arrow(from: number, to: number, y: number): string {
  const point = to > from ? -1 : 1;
  return (
    `<line class="arrow" x1="${from}" y1="${y}" x2="${to + point * 6}" y2="${y}"/>` +
    `<path class="head" d="M${to} ${y}l${point * 9} -4v8z"/>`
  );
}

function text(x: number, y: number, words: string, kind: string, anchor = "start"): string {
  const name = kind === "" ? "" : ` class="${kind}"`;
  const end = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}"${name}${end}>${markup(words, "tspan")}</text>`;
}
