/** A list that draws only the rows that are on screen. */
export interface VirtualList {
  /** Takes a new number of rows and draws from the top, or from `at`. */
  reset(rows: number, at?: number): void;
  /** Draws what is on screen again. */
  redraw(): void;
  /** Brings a row onto the screen, into its middle unless it is there already. */
  reveal(row: number): void;
  /** Rows that fit on the screen. */
  readonly page: number;
}

const ROW_PIXELS = 26;
const SPARE_ROWS = 12;
/** Browsers cap the height of an element: beyond it a pixel of the scroll bar stands for more than one. */
const MAX_PIXELS = 12_000_000;

/** Creates the list inside a box that scrolls; `draw` gives the markup of one row, whose element it styles itself. */
export function createVirtualList(
  box: HTMLElement,
  list: HTMLElement,
  draw: (row: number) => string,
): VirtualList {
  const window = document.createElement("div");
  window.role = "presentation";
  window.className = "window";
  list.append(window);
  let rows = 0;
  let drawn = "";
  let asked = false;
  const height = (): number => rows * ROW_PIXELS;
  const scale = (): number =>
    Math.max(1, (height() - box.clientHeight) / Math.max(1, tall() - box.clientHeight));
  const tall = (): number => Math.min(height(), MAX_PIXELS);

  const show = (force: boolean): void => {
    asked = false;
    const top = box.scrollTop * scale();
    const first = Math.max(0, Math.floor(top / ROW_PIXELS) - SPARE_ROWS);
    const end = Math.min(rows, Math.ceil((top + box.clientHeight) / ROW_PIXELS) + SPARE_ROWS);
    const now = `${first}-${end}`;
    // Where the bar is scaled the rows stand relative to what is seen.
    const offset = scale() === 1 ? first * ROW_PIXELS : box.scrollTop - (top - first * ROW_PIXELS);
    window.style.transform = `translateY(${offset}px)`;
    if (now === drawn && !force) return;
    drawn = now;
    let markup = "";
    for (let row = first; row < end; row++) markup += draw(row);
    window.innerHTML = markup;
  };
  box.addEventListener(
    "scroll",
    () => {
      if (!asked) requestAnimationFrame(() => show(false));
      asked = true;
    },
    { passive: true },
  );
  new ResizeObserver(() => show(false)).observe(box);

  const scrollTo = (row: number): void => {
    box.scrollTop = Math.max(0, row * ROW_PIXELS - box.clientHeight / 2) / scale();
  };
  return {
    get page() {
      return Math.max(1, Math.floor(box.clientHeight / ROW_PIXELS) - 1);
    },
    reset(count, at) {
      rows = count;
      list.style.height = `${tall()}px`;
      if (at === undefined) box.scrollTop = 0;
      else scrollTo(at);
      show(true);
    },
    redraw: () => show(true),
    reveal(row) {
      const top = box.scrollTop * scale();
      const from = row * ROW_PIXELS;
      if (from < top || from + ROW_PIXELS > top + box.clientHeight) scrollTo(row);
      show(true);
    },
  };
}
