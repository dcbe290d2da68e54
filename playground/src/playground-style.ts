/** The playground's style; its colours are the viewer's. */
export const PLAYGROUND_STYLE = `
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 2rem; }
.line { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .5rem 0; }
.line label { display: inline-flex; gap: .35rem; align-items: center; max-width: 100%; } .line label select { min-width: 0; flex: 0 1 auto; } .buttons { display: inline-flex; gap: .35rem; flex-wrap: wrap; }
.block { display: block; } .passed { color: var(--passed); } .failed { color: var(--failed); }
input, select, textarea, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--muted); border-radius: .3rem; padding: .25rem .5rem; min-height: 2rem; max-width: 100%; }
input[type=number] { width: 8rem; } button { cursor: pointer; }
textarea { display: block; width: 100%; margin-top: .35rem; } textarea, .strip, pre, code { font: .8125rem/1.6 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.hint { margin: .25rem 0; font-size: .875rem; } .why:empty { display: none; } h2 + .muted { margin-top: 0; }
.strip { max-height: 16rem; overflow: auto; padding: .5rem; background: var(--raised); border-radius: .3rem; overflow-wrap: anywhere; cursor: pointer; }
.strip span[data-at]:hover { background: var(--mark); } .strip .cut { border-left: 2px solid var(--failed); margin-left: 1px; } .strip i { color: var(--muted); font-style: normal; font-size: .85em; margin: 0 .1em; }
.control { color: var(--link); font-size: .8em; font-weight: 700; border: 1px solid currentColor; border-radius: .2em; padding: 0 .1em; margin: 0 .05em; }
.steps ol { list-style: none; margin: 0; padding: 0; } .steps li { margin: .5rem 0; padding: .5rem .75rem; background: var(--raised); border-left: 4px solid var(--line); border-radius: .3rem; overflow-wrap: anywhere; }
.steps li.frame { border-left-color: var(--passed); } .steps li.violation, .steps li[data-faulty] { border-left-color: var(--failed); } .steps li.answer { border-left-color: var(--link); }
.steps p { margin: .25rem 0; } pre { margin: .35rem 0 0; white-space: pre-wrap; max-height: 20rem; overflow: auto; }
[hidden] { display: none !important; }
@media (max-width: 56rem) { .columns { grid-template-columns: minmax(0, 1fr); gap: 1rem; } }
`;
