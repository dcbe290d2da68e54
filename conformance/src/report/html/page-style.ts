/** The report page's style: light and dark by the system's choice, no font fetched. */
export const PAGE_STYLE = `
:root { --back:#fff; --raised:#f4f5f7; --text:#1b1c1f; --muted:#555b66; --line:#d4d7dd; --link:#1650a8;
  --passed:#1e6b34; --failed:#a5201a; --open:#7a5600; --skipped:#5b606b; --mark:#fdeceb; }
@media (prefers-color-scheme: dark) { :root { --back:#14161a; --raised:#1e2127; --text:#e6e7ea; --muted:#aeb4bf;
  --line:#3a3f49; --link:#8ab4f8; --passed:#7bd692; --failed:#ff9a92; --open:#f0c36a; --skipped:#aeb4bf; --mark:#3a2022; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
code, pre, .mono { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .875rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .5rem; }
.hidden-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.passed { color: var(--passed); } .failed { color: var(--failed); }
.open { color: var(--open); } .skipped { color: var(--skipped); }
.muted { color: var(--muted); }
.verdict { font-weight: 700; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem; margin: 1rem 0; }
dl.facts div { background: var(--raised); border-radius: .5rem; padding: .5rem .75rem; }
dl.facts dt { color: var(--muted); font-size: .8rem; } dl.facts dd { margin: 0; font-weight: 600; }
.areas { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; list-style: none; padding: 0; }
.areas > li { background: var(--raised); border-radius: .5rem; padding: .5rem .75rem; }
.cells { display: flex; flex-wrap: wrap; gap: .35rem; margin: .35rem 0 0; padding: 0; list-style: none; }
.cells a { position: relative; display: block; width: 1.75rem; height: 1.75rem; line-height: 1.6rem; text-align: center; font-weight: 700;
  border: 1px solid currentColor; border-radius: .3rem; text-decoration: none; }
form.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin: 1rem 0; padding: .75rem;
  background: var(--raised); border-radius: .5rem; }
form.filter fieldset { border: 0; margin: 0; min-width: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
form.filter .search { display: flex; flex: 1 1 22rem; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; }
input[type=search] { font: inherit; padding: .35rem .5rem; flex: 1 1 10rem; min-width: 0; width: 10rem; color: inherit; background: var(--back);
  border: 1px solid var(--muted); border-radius: .3rem; }
input[type=checkbox] { width: 1.15rem; height: 1.15rem; vertical-align: -.2rem; }
button { font: inherit; padding: .3rem .75rem; min-height: 2rem; color: var(--text); background: var(--back);
  border: 1px solid var(--muted); border-radius: .3rem; cursor: pointer; }
article { border: 1px solid var(--line); border-left: 4px solid var(--failed); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
article.open-case { border-left-color: var(--open); }
article p { margin: .35rem 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin: .5rem 0 1rem; }
.pair > div { background: var(--raised); border-radius: .3rem; padding: .5rem .75rem; }
.pair pre { margin: .25rem 0 0; white-space: pre-wrap; color: var(--text); }
.scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: .3rem; }
figure { margin: .75rem 0; }
figcaption { color: var(--muted); font-size: .875rem; margin-bottom: .25rem; }
pre.text { margin: 0; padding: .75rem; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; }
th { overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
.control { color: var(--muted); font-size: .75em; border: 1px solid currentColor; border-radius: .2em; padding: 0 .1em; margin: 0 .05em; }
.write { color: var(--failed); font-weight: 700; }
td.text { min-width: 14rem; } td.short { white-space: nowrap; overflow-wrap: normal; }
td.number, th.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
td.sign { text-align: center; font-weight: 700; } th.subject { text-align: center; }
tbody tr:hover, tbody tr:target { background: var(--raised); }
[hidden] { display: none !important; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } .wide { display: none; } body { padding: .75rem; } }
@media print { form.filter, button { display: none; } }
`;
