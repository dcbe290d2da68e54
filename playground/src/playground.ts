import { escapeXml } from "@sandpipe/viewer";
import { decodeInput } from "./decode-input.js";
import { readWritten, writeBytes, type Notation } from "./escaped-text.js";
import type { Example } from "./examples.js";
import { PLAYGROUND_MARKUP } from "./playground-markup.js";
import { citationMarkup, MAX_PLACES, stepsMarkup, stripMarkup } from "./steps-markup.js";

/** Beyond it every keystroke would be felt: three decodings each. */
const MAX_BYTES = 100_000;

/** Makes an element a playground. `requirements`: by id, where a requirement is explained. */
export function mountPlayground(
  root: HTMLElement,
  examples: readonly Example[],
  requirements: Readonly<Record<string, string>>,
): void {
  root.innerHTML = PLAYGROUND_MARKUP;
  const part = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector) as E;
  const field = <E extends HTMLInputElement | HTMLSelectElement>(name: string): E =>
    part<E>(`[name=${name}]`);
  const input = part<HTMLTextAreaElement>("textarea");
  const cite = (id: string): string => citationMarkup(id, requirements[id]);
  let bytes: Uint8Array = new Uint8Array();
  let cuts: readonly number[] = [];

  const notation = (): Notation => field("notation").value as Notation;
  const decode = (): void => {
    const limit = (name: string): number => Math.max(1, Math.floor(Number(field(name).value)) || 1);
    const decoded = decodeInput({
      ...{ bytes, cuts, protocol: field("protocol").value === "0" ? 0 : 1 },
      limits: { maxFrameBytes: limit("maxFrameBytes"), maxDepth: limit("maxDepth") },
    });
    part(".steps").innerHTML = stepsMarkup(decoded, cite);
    part(".strip").innerHTML = stripMarkup(bytes, new Set(cuts));
  };
  const problem = (words: string | undefined): void => {
    part(".problem").textContent = words ?? "";
    part(".problem").hidden = words === undefined;
  };
  const tooLong = (length: number): void =>
    problem(
      `these are ${length.toLocaleString("en-US")} bytes; the page takes ${MAX_BYTES.toLocaleString("en-US")}, the kit's vectors run whole`,
    );
  const take = (): void => {
    const written = readWritten(input.value, notation());
    if ("problem" in written) return problem(written.problem);
    if (written.bytes.length > MAX_BYTES) return tooLong(written.bytes.length);
    problem(undefined);
    bytes = written.bytes;
    setCuts(cuts);
  };
  const setCuts = (places: readonly number[]): void => {
    cuts = [...new Set(places)].filter((at) => at > 0 && at < bytes.length).sort((a, b) => a - b);
    const all = cuts.length === bytes.length - 1 && cuts.length > 1;
    if (document.activeElement !== field("cuts")) field("cuts").value = all ? "everywhere" : cuts.join(", ");
    decode();
  };

  const load = (example: Example): void => {
    field("protocol").value = String(example.protocol);
    if (example.limits !== undefined) {
      field("maxFrameBytes").value = String(example.limits.maxFrameBytes);
      field("maxDepth").value = String(example.limits.maxDepth);
    }
    const cited = example.requirements.map(cite);
    part(".why").innerHTML = `${escapeXml(example.why)} ${cited.join(" ")}`;
    const { bytes: own } = example;
    if (own.length > MAX_BYTES) return tooLong(own.length);
    input.value = writeBytes(own, notation());
    cuts = [];
    take();
  };
  const listExamples = (): void => {
    const flag = field("flag").value;
    const wanted = examples.filter(({ flags }) => flag === "" || flags.includes(flag));
    field("vector").innerHTML =
      `<option value="">choose one of ${wanted.length}</option>` +
      wanted
        .map(
          ({ id, protocol }) =>
            `<option value="${escapeXml(`${protocol}/${id}`)}">${protocol === 0 ? "v0 " : ""}${escapeXml(id)}</option>`,
        )
        .join("");
  };
  const byName = (name: string): Example | undefined =>
    examples.find(({ id, protocol }) => `${protocol}/${id}` === name);
  const flags = [...new Set(examples.flatMap((example) => example.flags))].sort();
  field("flag").innerHTML =
    `<option value="">any</option>${flags.map((flag) => `<option>${escapeXml(flag)}</option>`).join("")}`;

  input.addEventListener("input", take);
  root.addEventListener("change", ({ target }) => {
    const { name, value } = target as HTMLSelectElement;
    if (name === "flag") listExamples();
    if (name === "vector") {
      const example = byName(value);
      if (example !== undefined) {
        history.replaceState(null, "", `#${encodeURIComponent(value)}`);
        load(example);
      }
    }
    if (name === "notation") {
      input.value = writeBytes(bytes, notation());
      problem(undefined);
    }
    if (name === "protocol" || name === "maxFrameBytes" || name === "maxDepth") decode();
  });
  field("cuts").addEventListener("input", () =>
    setCuts((field("cuts").value.match(/\d+/g) ?? []).map(Number)),
  );
  const ways: Readonly<Record<string, () => readonly number[]>> = {
    none: () => [],
    every: () => Array.from({ length: bytes.length }, (_, at) => at),
    random: () =>
      Array.from({ length: Math.min(12, bytes.length) }, () => Math.floor(Math.random() * bytes.length)),
  };
  root.addEventListener("click", ({ target }) => {
    const way = ways[(target as HTMLElement).closest<HTMLElement>("[data-cuts]")?.dataset["cuts"] ?? ""];
    if (way !== undefined) setCuts(way());
  });
  part(".strip").addEventListener("click", ({ target, clientX }) => {
    const cell = (target as HTMLElement).closest<HTMLElement>("[data-at]");
    if (cell === null) return;
    const from = Number(cell.dataset["at"]);
    const length = Number(cell.dataset["length"]);
    // In its right half a character of several bytes is cut inside.
    const box = cell.getBoundingClientRect();
    const at = length > 1 && clientX > box.left + box.width / 2 ? from + Math.floor(length / 2) : from;
    setCuts(cuts.includes(at) ? cuts.filter((one) => one !== at) : [...cuts, at]);
  });

  const begin = (): void => {
    const named = byName(decodeURIComponent(location.hash.slice(1)));
    if (named !== undefined) field("vector").value = `${named.protocol}/${named.id}`;
    const first = named ?? examples.find(({ bytes: own }) => own.length > 40 && own.length < MAX_PLACES);
    if (first !== undefined) load(first);
  };
  addEventListener("hashchange", begin);
  listExamples();
  begin();
}
