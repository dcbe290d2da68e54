/** The style of a trace, drawn whole or by the viewer; its colours are variables, so that a page can bring its own. */
export const VIEWER_STYLE = `
.trace { --gap: 4.75rem; --inset: 1.75rem; --lane-wide: 7px; position: relative;
  font: .8125rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.trace .row { display: grid; grid-template-columns: 4.5rem calc(2 * var(--inset) + (var(--parties) - 1) * var(--gap))
  calc(var(--lanes) * var(--lane-wide) + .5rem) minmax(12rem, 1fr); list-style: none; }
.trace ol.sequence { margin: 0; padding: 0; min-width: 46rem; }
.trace .at { text-align: right; padding: .15rem .5rem .15rem 0; color: var(--muted); white-space: nowrap; font-variant-numeric: tabular-nums; }
.trace .rails { position: relative; background: repeating-linear-gradient(90deg, var(--line) 0 1px, transparent 1px var(--gap)) var(--inset) 0 / calc((var(--parties) - 1) * var(--gap) + 1px) 100% no-repeat; }
.trace .party { position: absolute; left: calc(var(--inset) + var(--left) * var(--gap)); transform: translateX(-50%); white-space: nowrap; font-weight: 700; background: var(--back); padding: 0 .2rem; }
.trace .arrow { position: absolute; top: .8rem; left: calc(var(--inset) + var(--left) * var(--gap)); width: calc(var(--wide) * var(--gap));
  border-top: 1.5px solid var(--arrow, var(--text)); }
.trace .arrow::after { content: ""; position: absolute; top: -4.75px; border: solid transparent; }
.trace .arrow.right::after { right: 0; border-width: 4px 0 4px 8px; border-left-color: var(--arrow, var(--text)); }
.trace .arrow.left::after { left: 0; border-width: 4px 8px 4px 0; border-right-color: var(--arrow, var(--text)); }
.trace .result { --arrow: var(--passed); } .trace .error, .trace .malformed { --arrow: var(--failed); }
.trace .notification { --arrow: var(--muted); } .trace .bytes { --arrow: var(--muted); } .trace .bytes .arrow { border-top-style: dashed; }
.trace .bars { position: relative; }
.trace .bar { position: absolute; left: calc(var(--lane) * var(--lane-wide)); width: 4px; top: 0; bottom: 0; background: var(--link); opacity: .55; }
.trace .bar.begin { top: .6rem; border-radius: 2px 2px 0 0; } .trace .bar.end { bottom: auto; height: 1rem; border-radius: 0 0 2px 2px; }
.trace .what { padding: .15rem .5rem .15rem .25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.trace .note .what, .trace .where { color: var(--muted); }
.trace .left-out { display: block; text-align: center; color: var(--muted); }
.trace .marked, .trace .faulty { background: var(--mark); }
.trace .fault { color: var(--failed); margin-right: .5em; }
.trace .id { color: var(--link); } .trace .error strong { color: var(--failed); } .trace .payload { color: var(--muted); }
.trace .control { color: var(--link); font-size: .8em; font-weight: 700; border: 1px solid currentColor; border-radius: .2em; padding: 0 .1em; margin: 0 .05em; }
.trace .write { color: var(--failed); font-weight: 700; }
@media (max-width: 52rem) { .trace { --gap: 3.5rem; --inset: 1.5rem; --lane-wide: 3px; } .trace .bar { width: 2px; }
  .trace .row { grid-template-columns: 3.9rem calc(2 * var(--inset) + (var(--parties) - 1) * var(--gap)) calc(var(--lanes) * 3px + .25rem) minmax(5rem, 1fr); }
  .trace ol.sequence { min-width: 34rem; } }
`;
