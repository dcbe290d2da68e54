/** A page whose headings never leave out a level: a screen reader's list of them is then the page's outline. */
export function evenHeadings(page: string): string {
  let level = 0;
  let shown = 0;
  return page.replaceAll(/<(\/?)h([1-6])(?=[\s>])/g, (_, closing: string, given: string) => {
    if (closing === "") {
      level = Math.min(Number(given), level + 1);
      shown = level;
    }
    return `<${closing}h${shown}`;
  });
}
