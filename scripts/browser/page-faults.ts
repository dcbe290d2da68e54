import axe from "axe-core";
import type { CDPSession, Page } from "playwright-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** A page opened as a file may not fetch its own style sheets, which preload would do; no rule that runs needs it. */
const RUN = `axe.run({ preload: false, resultTypes: ["violations"], runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
  JSON.stringify(violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(" "))))`;

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** What axe-core finds wrong with the page that is shown, and by how much it is wider than the screen. */
export async function pageFaults(page: Page): Promise<string[]> {
  // A page's own policy may forbid added scripts, so axe comes past it.
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await (
      await session
    ).send("Runtime.evaluate", { expression, awaitPromise: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  };
  await evaluate(`${axe.source}; undefined`);
  const faults = JSON.parse(String(await evaluate(RUN))) as string[];
  const wider = Number(await evaluate("document.documentElement.scrollWidth - innerWidth"));
  return wider > 0 ? [...faults, `${wider} pixels wider than the screen`] : faults;
}
