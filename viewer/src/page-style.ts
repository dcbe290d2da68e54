/** Colours of a page of its own, light and dark by the system's choice, and the viewer's surroundings. */
export const PAGE_STYLE = `
:root { --back:#fff; --raised:#f4f5f7; --text:#1b1c1f; --muted:#555b66; --line:#d4d7dd; --link:#1650a8;
  --passed:#1e6b34; --failed:#a5201a; --mark:#fdeceb; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --back:#14161a; --raised:#1e2127; --text:#e6e7ea; --muted:#aeb4bf;
  --line:#3a3f49; --link:#8ab4f8; --passed:#7bd692; --failed:#ff9a92; --mark:#3a2022; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 100rem; padding: 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
a { color: var(--link); } :focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
.muted { color: var(--muted); }
`;

/** The viewer's controls and panes. */
export const CONTROLS_STYLE = `
[data-trace-viewer] .hidden-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[data-trace-viewer] [hidden] { display: none !important; }
[data-trace-viewer] .open-file { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .75rem; border: 1px dashed var(--muted); border-radius: .5rem; }
[data-trace-viewer] .file { max-width: 100%; } [data-trace-viewer] .file input { display: inline-block; width: 22rem; }
[data-trace-viewer] .problem { color: var(--failed); }
[data-trace-viewer] .facts { color: var(--muted); margin: .75rem 0 .5rem; font-variant-numeric: tabular-nums; }
[data-trace-viewer] .filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
[data-trace-viewer] .filters label { display: inline-flex; gap: .35rem; align-items: center; }
[data-trace-viewer] .filters .grow { flex: 1 1 12rem; } [data-trace-viewer] .filters .grow input { flex: 1; min-width: 0; }
[data-trace-viewer] select { max-width: 16rem; }
[data-trace-viewer] fieldset { display: flex; flex-wrap: wrap; gap: .25rem .9rem; border: 0; margin: 0; padding: 0; }
[data-trace-viewer] input, [data-trace-viewer] select, [data-trace-viewer] button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--muted); border-radius: .3rem; padding: .25rem .5rem; min-height: 2rem; }
[data-trace-viewer] input[type=checkbox] { width: 1.1rem; min-height: 1.1rem; } [data-trace-viewer] input[type=file] { border: 0; max-width: 100%; }
[data-trace-viewer] button { cursor: pointer; } [data-trace-viewer] .moves { display: inline-flex; gap: .35rem; }
[data-trace-viewer] .overview { display: block; width: 100%; height: 48px; margin: .75rem 0; background: var(--raised); border-radius: .3rem; cursor: pointer; }
[data-trace-viewer] .panes { display: grid; grid-template-columns: minmax(0, 1fr) minmax(18rem, 26rem); gap: 1rem; height: 70vh; min-height: 22rem; }
[data-trace-viewer] .trace { display: flex; flex-direction: column; min-width: 0; border: 1px solid var(--line); border-radius: .3rem; overflow: hidden; }
[data-trace-viewer] .trace > .head { border-bottom: 1px solid var(--line); height: 28px; padding-right: 1rem; }
[data-trace-viewer] .rows { flex: 1; overflow-y: scroll; overflow-x: hidden; min-height: 0; contain: strict; position: relative; }
[data-trace-viewer] .list { position: relative; overflow: hidden; } [data-trace-viewer] .window { will-change: transform; }
[data-trace-viewer] .list .row { height: 26px; overflow: hidden; cursor: default; }
[data-trace-viewer] .list .what { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
[data-trace-viewer] .list .row:hover { background: var(--raised); } [data-trace-viewer] .list .row[aria-selected=true] { outline: 2px solid var(--link); outline-offset: -2px; }
[data-trace-viewer] .detail { overflow: auto; min-width: 0; padding: .75rem; background: var(--raised); border-radius: .3rem; overflow-wrap: anywhere; }
[data-trace-viewer] .detail .fault { color: var(--failed); margin: 0 0 .5rem; }
[data-trace-viewer] .detail dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .75rem; margin: 0 0 .75rem; } [data-trace-viewer] .detail dt { color: var(--muted); } [data-trace-viewer] .detail dd { margin: 0; }
[data-trace-viewer] .detail pre { font: .8125rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre-wrap; margin: .75rem 0 0; }
@media (max-width: 52rem) { [data-trace-viewer] .panes { grid-template-columns: minmax(0, 1fr); grid-template-rows: 24rem auto; height: auto; } }
`;
