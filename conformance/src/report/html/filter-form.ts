import type { Outcome } from "../outcome.js";

const WORDS: Readonly<Record<Outcome, string>> = {
  failed: "failed",
  open: "undecided",
  passed: "passed",
  skipped: "not counted",
};

/** Search and filter over what carries `data-outcome` and `data-text`; shown by the script, which does the work. Markup. */
export function filterForm(outcomes: readonly Outcome[]): string {
  const boxes = (Object.keys(WORDS) as Outcome[]).map((outcome) => {
    const count = outcomes.filter((one) => one === outcome).length;
    return `<label><input type="checkbox" value="${outcome}" checked> ${WORDS[outcome]} (${count})</label>`;
  });
  return `<form class="filter" role="search" hidden>
<label class="search">Search failures and checks <input type="search" aria-keyshortcuts="/" placeholder="id or words; press /"></label>
<fieldset><legend class="hidden-text">Show</legend>${boxes.join("\n")}</fieldset>
<span role="status"></span>
</form>`;
}
