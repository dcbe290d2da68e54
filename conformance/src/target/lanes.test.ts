import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLanes } from "./lanes.js";

describe("lanes", () => {
  test("never let anything go on beside exclusive work, in any order of arrival and of ending", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
        async (scheduler, kinds) => {
          const lanes = createLanes();
          let going = 0;
          let alone = 0;
          let most = 0;
          const work = (exclusive: boolean) => async (): Promise<void> => {
            going++;
            if (exclusive) alone++;
            most = Math.max(most, alone > 0 ? going : 0);
            await scheduler.schedule(Promise.resolve());
            if (exclusive) alone--;
            going--;
          };
          const all = Promise.all(
            kinds.map(async (exclusive) => {
              await scheduler.schedule(Promise.resolve());
              await (exclusive ? lanes.exclusive(work(true)) : lanes.shared(work(false)));
            }),
          );
          await scheduler.waitFor(all);
          expect(most).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("let shared work go on side by side", async () => {
    const lanes = createLanes();
    let release: () => void = () => undefined;
    const first = lanes.shared(() => new Promise<void>((done) => (release = done)));
    await lanes.shared(async () => undefined);
    release();
    await first;
  });
});
