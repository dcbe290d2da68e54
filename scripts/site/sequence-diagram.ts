const LANE = 250;
const STEP = 40;
const HEAD = 36;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A Mermaid `sequenceDiagram` of participants, arrows and notes over one of them, as SVG that takes the page's colours. */
export function sequenceDiagram(block: string): string {
  const lines = block.split("\n").map((line) => line.trim());
  const names = lines.flatMap((line) => {
    const [, id, name] = /^participant (\w+) as (.+)$/.exec(line) ?? [];
    return id === undefined || name === undefined ? [] : [[id, name] as const];
  });
  const lanes = new Map(names.map(([id], index) => [id, LANE * (index + 0.5)]));
  const at = (id: string): number => {
    const x = lanes.get(id);
    if (x === undefined) throw new Error(`the diagram has no participant ${id}`);
    return x;
  };
  let y = HEAD + 12;
  const drawn = lines.flatMap((line) => {
    const [, from = "", arrow = "", to = "", label = ""] = /^(\w+)(--?>>)(\w+): (.+)$/.exec(line) ?? [];
    const [, over = "", note = ""] = /^Note over (\w+): (.+)$/.exec(line) ?? [];
    if (from === "" && over === "") {
      if (line !== "" && line !== "sequenceDiagram" && !line.startsWith("participant "))
        throw new Error(`the diagram has a line that isn't drawn: ${line}`);
      return [];
    }
    y += STEP;
    if (over !== "") return [text(at(over), y - 6, note, "note")];
    const [x1, x2] = [at(from), at(to)];
    const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
    const end = x2 - Math.sign(x2 - x1) * 2;
    const tip = Math.sign(x2 - x1) * 8;
    return [
      text((left + right) / 2, y - 8, label, "label"),
      `<path class="${arrow === "-->>" ? "dashed" : "arrow"}" d="M${x1} ${y}H${end}"/>`,
      `<path class="tip" d="M${end} ${y}l${-tip} -4v8z"/>`,
    ];
  });
  const [width, height] = [LANE * names.length, y + 20];
  const heads = names.flatMap(([id, name]) => [
    `<path class="lane" d="M${at(id)} ${HEAD}V${height}"/>`,
    `<rect class="head" x="${at(id) - 60}" y="1" width="120" height="${HEAD - 2}" rx="6"/>`,
    text(at(id), HEAD / 2 + 5, name, "name"),
  ]);
  return `<svg class="sequence" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${[...heads, ...drawn].join("")}</svg>`;
}

function text(x: number, y: number, words: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}" text-anchor="middle">${escaped(words)}</text>`;
}
