import { escapeXml } from "../escape-xml.js";
import { readFlow, type Flow } from "../flow.js";
import { assignLanes, type Lanes } from "../lanes.js";
import { readTrace } from "../read-trace.js";
import { rowClasses, rowMarkup, summaryMarkup, type Row } from "../row-markup.js";
import { countMethods, KINDS, selectEntries, type Kind } from "../select-entries.js";
import { headMarkup, sizesOf } from "../sequence-markup.js";
import type { Entry, Trace } from "../trace.js";
import { headOf, visible } from "../visible.js";
import { detailMarkup } from "./detail-markup.js";
import { drawOverview } from "./overview.js";
import { VIEWER_MARKUP } from "./viewer-markup.js";
import { createVirtualList } from "./virtual-list.js";

const SUMMARY_CHARACTERS = 400;
/** A longer payload is shown with its envelope: parsing it for each row would make scrolling slow. */
const MOST_PARSED = 20_000;
const KIND_WORDS: Readonly<Record<Kind, string>> = {
  requests: "requests",
  answers: "answers",
  notifications: "notifications",
  rest: "output and notes",
  faults: "faults",
};

/** What is on screen: a trace, and which of its entries. */
interface View {
  readonly trace: Trace;
  readonly flow: Flow;
  readonly chosen: readonly number[];
  readonly lanes: Lanes;
  /** Places of faulty rows. */
  readonly faults: readonly number[];
}

/** Makes an element a trace viewer. `text`: a trace to begin with; `example`: one that a button opens. */
export function mountViewer(root: HTMLElement, text?: string, example?: string): void {
  root.innerHTML = VIEWER_MARKUP;
  const part = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector) as E;
  const field = <E extends HTMLInputElement | HTMLSelectElement>(name: string): E =>
    part<E>(`[name=${name}]`);
  const rows = part(".rows");
  const canvas = part<HTMLCanvasElement>(".overview");
  let traces: readonly Trace[] = [];
  let view: View | undefined;
  let current = 0;

  part("fieldset").insertAdjacentHTML(
    "beforeend",
    KINDS.map(
      (kind) =>
        `<label><input type="checkbox" name="kind" value="${kind}" checked> ${KIND_WORDS[kind]}</label>`,
    ).join(""),
  );

  const rowOf = ({ trace, flow, chosen, lanes }: View, place: number): string => {
    const index = chosen[place] ?? 0;
    const entry = trace.entries[index];
    if (entry === undefined) return "";
    const fault = flow.faults.get(index);
    const row: Row = {
      ...{ entry, place, bars: lanes.within(place, place + 1) },
      body: summaryMarkup(entry, visible(headOf(contentOf(entry), SUMMARY_CHARACTERS))),
      faults: fault === undefined ? [] : [fault.requirement],
    };
    const state = place === current ? `aria-selected="true"` : `aria-selected="false"`;
    return `<div class="${rowClasses(row)}" role="option" id="${root.id}-row-${place}" data-place="${place}" ${state} aria-posinset="${place + 1}" aria-setsize="${chosen.length}">${rowMarkup(row)}</div>`;
  };
  const list = createVirtualList(rows, part(".list"), (place) => (view ? rowOf(view, place) : ""));

  const choose = (place: number): void => {
    if (view === undefined || view.chosen.length === 0) return;
    current = Math.min(Math.max(place, 0), view.chosen.length - 1);
    list.reveal(current);
    rows.setAttribute("aria-activedescendant", `${root.id}-row-${current}`);
    part(".detail").innerHTML = detailMarkup(view.trace, view.flow, view.chosen[current] ?? 0);
  };

  const apply = (): void => {
    const trace = traces[Number(field("session").value)] ?? traces[0];
    if (trace === undefined) return;
    const kinds = [...root.querySelectorAll<HTMLInputElement>("[name=kind]:checked")].map(
      ({ value }) => value as Kind,
    );
    const flow = view?.trace === trace ? view.flow : readFlow(trace.entries);
    const chosen = selectEntries(trace, flow, {
      ...{ words: field("words").value, method: field("method").value, id: field("id").value.trim() },
      kinds: new Set(kinds),
    });
    const before = view?.chosen[current];
    view = { trace, flow, chosen, ...lay(trace, flow, chosen) };
    const { lanes, faults } = view;
    part(".trace").setAttribute("style", sizesOf(trace.parties.length, lanes.width));
    part(".facts").textContent = factsOf(view);
    const at = before === undefined ? 0 : Math.max(0, chosen.indexOf(before));
    current = at;
    list.reset(chosen.length, at);
    drawOverview(canvas, { depth: lanes.depth, faults });
  };

  const takeTrace = (): void => {
    const trace = traces[Number(field("session").value)] ?? traces[0];
    if (trace === undefined) return;
    const methods = countMethods(trace).map(
      ([method, count]) => [method, `${method} (${count.toLocaleString("en-US")})`] as const,
    );
    field("method").innerHTML = optionsMarkup([["", "all"], ...methods]);
    part(".trace .head").innerHTML = headMarkup(trace.parties);
    view = undefined;
    current = 0;
    part(".detail").innerHTML = `<p class="muted">Choose a row to see its whole payload.</p>`;
    apply();
  };

  const open = (name: string, content: string): void => {
    const problem = part(".problem");
    try {
      traces = readTrace(content);
    } catch (error) {
      problem.textContent = `${name} can't be shown: ${error instanceof Error ? error.message : String(error)}`;
      problem.hidden = false;
      return;
    }
    problem.hidden = true;
    field("session").innerHTML = optionsMarkup(
      traces.map((trace, at) => [
        String(at),
        `${trace.name} (${trace.entries.length.toLocaleString("en-US")})`,
      ]),
    );
    part(".loaded").hidden = false;
    takeTrace();
  };

  const go = (place: number | undefined): void => {
    if (place !== undefined && place >= 0) choose(place);
  };
  const acts: Readonly<Record<string, () => void>> = {
    "next-fault": () => go(view?.faults.find((place) => place > current)),
    "previous-fault": () => go(view?.faults.findLast((place) => place < current)),
    example: () => open("The example", example ?? ""),
  };
  const partnerPlace = (): number | undefined => {
    const partner = view?.flow.partner.get(view.chosen[current] ?? -1);
    return partner === undefined ? undefined : view?.chosen.indexOf(partner);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => choose(current + 1),
    ArrowUp: () => choose(current - 1),
    PageDown: () => choose(current + list.page),
    PageUp: () => choose(current - list.page),
    Home: () => choose(0),
    End: () => choose(Number.MAX_SAFE_INTEGER),
    Enter: () => go(partnerPlace()),
  };
  rows.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  root.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const place = target.closest<HTMLElement>("[data-place]")?.dataset["place"];
    if (place !== undefined) choose(Number(place));
    const index = target.closest<HTMLElement>("[data-go]")?.dataset["go"];
    if (index !== undefined) go(view?.chosen.indexOf(Number(index)));
    acts[target.closest<HTMLElement>("[data-act]")?.dataset["act"] ?? ""]?.();
  });
  part("form").addEventListener("input", (event) =>
    (event.target as HTMLInputElement).name === "session" ? takeTrace() : apply(),
  );
  part("form").addEventListener("submit", (event) => event.preventDefault());
  canvas.addEventListener("click", ({ offsetX }) => {
    if (view) choose(Math.floor((offsetX / canvas.clientWidth) * view.chosen.length));
  });
  new ResizeObserver(
    () => view && drawOverview(canvas, { depth: view.lanes.depth, faults: view.faults }),
  ).observe(canvas);

  const take = async (file: File | undefined): Promise<void> => file && open(file.name, await file.text());
  part<HTMLInputElement>("[type=file]").addEventListener(
    "change",
    ({ target }) => void take((target as HTMLInputElement).files?.[0]),
  );
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  });
  part("[data-act=example]").hidden = example === undefined;
  if (text !== undefined) open("The trace", text);
}

/** Where the chosen entries' calls and faults lie. */
function lay({ entries }: Trace, flow: Flow, chosen: readonly number[]): Pick<View, "lanes" | "faults"> {
  const placeOf = new Map(chosen.map((index, place) => [index, place]));
  const spans = chosen.flatMap((index, first) => {
    if (entries[index]?.message?.kind !== "request") return [];
    const answer = flow.partner.get(index);
    const last = answer === undefined ? undefined : placeOf.get(answer);
    return answer !== undefined && last === undefined ? [] : [{ first, last }];
  });
  const faulty = (index: number): boolean => flow.faults.has(index) || entries[index]?.marked === true;
  return {
    lanes: assignLanes(chosen.length, spans),
    faults: chosen.flatMap((index, place) => (faulty(index) ? [place] : [])),
  };
}

/** What a frame carries, without its envelope; anything else as it came. */
function contentOf({ text, message }: Entry): string {
  if (message === undefined || message.kind === "malformed" || text.length > MOST_PARSED) return text;
  const { params, result, error } = Object(JSON.parse(text.replace(/^\u001e/, ""))) as Readonly<
    Record<string, unknown>
  >;
  return JSON.stringify(params ?? (error === undefined ? result : error)) ?? "";
}

function factsOf({ trace, flow, chosen, lanes, faults }: View): string {
  const [first, last] = [trace.entries[0], trace.entries.at(-1)];
  const many = (count: number): string => count.toLocaleString("en-US");
  const parts = [
    `${many(chosen.length)} of ${many(trace.entries.length)} entries`,
    `${((last?.at ?? 0) - (first?.at ?? 0)).toFixed(1)} ms`,
    `at most ${many(lanes.width)} ${lanes.width === 1 ? "call" : "calls"} in flight`,
    `${many(flow.unanswered.size)} never answered`,
    `${many(faults.length)} ${faults.length === 1 ? "fault" : "faults"}`,
  ];
  return parts.join(" · ");
}

function optionsMarkup(options: readonly (readonly [value: string, words: string])[]): string {
  return options
    .map(([value, words]) => `<option value="${escapeXml(value)}">${escapeXml(visible(words))}</option>`)
    .join("");
}
