/** The viewer's own frame: opening, filters, overview, the rows and what one of them holds. */
export const VIEWER_MARKUP = `
<div class="open-file">
  <label class="file">Open a trace, a saved failing session or a report <input type="file" accept=".jsonl,.ndjson,.json,.txt,.trace"></label>
  <span class="muted">or drop it here. It is read by this page and goes nowhere.</span>
  <button type="button" data-act="example" hidden>Open the example</button>
</div>
<p class="problem" role="alert" hidden></p>
<div class="loaded" hidden>
  <p class="facts" role="status"></p>
  <form class="filters" role="search" aria-label="What is shown">
    <label>Session <select name="session"></select></label>
    <label>Method <select name="method"></select></label>
    <label>Id <input name="id" size="8" autocomplete="off" spellcheck="false"></label>
    <label class="grow">Text <input name="words" type="search" autocomplete="off" spellcheck="false" placeholder="in the payload"></label>
    <fieldset><legend class="hidden-text">Kinds</legend></fieldset>
    <span class="moves"><button type="button" data-act="previous-fault">Previous fault</button><button type="button" data-act="next-fault">Next fault</button></span>
  </form>
  <canvas class="overview" height="48" aria-hidden="true"></canvas>
  <div class="panes">
    <div class="trace">
      <div class="row head" aria-hidden="true"></div>
      <div class="rows" tabindex="0" role="listbox" aria-label="What went over the wire; arrow keys move, Enter goes to the answer or the request"><div class="list" role="presentation"></div></div>
    </div>
    <section class="detail" aria-label="The chosen entry" tabindex="0"><p class="muted">Choose a row to see its whole payload.</p></section>
  </div>
</div>
`;
