import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startHttpHost } from "../testing/http-host.js";
import { RUNTIMES } from "../testing/runtimes.js";
import { startSandbox } from "../testing/start-sandbox.js";

/** What the host does with one call, after it has run it. */
type Fate = "answer" | "later" | "close-after" | "half" | "reset" | "end" | "silent-close";

const fates = fc.array(
  fc.constantFrom<Fate>("answer", "answer", "later", "close-after", "half", "reset", "end", "silent-close"),
  { minLength: 150, maxLength: 150 },
);

describe.each(RUNTIMES)("at most once on %s", (runtime) => {
  test("each call runs once, whatever becomes of its connection; what was lost says that it may have run", async () => {
    await fc.assert(
      fc.asyncProperty(fates, async (plan) => {
        const host = await startHttpHost({
          on({ frame, req, res, answer, usual }) {
            if (frame.method !== "conformance.count") return usual();
            switch (plan[Number(frame.params["n"])]) {
              case "later":
                return void setTimeout(() => answer("done"), 5);
              case "close-after":
                res.setHeader("Connection", "close");
                return answer("done");
              case "half":
                res.writeHead(200, { "Content-Length": 100 }).write("{");
                return void setImmediate(() => req.socket.destroy());
              case "reset":
                return void req.socket.resetAndDestroy();
              case "end":
                return void req.socket.end();
              case "silent-close":
                answer("done");
                return void setImmediate(() => req.socket.destroy());
              default:
                return answer("done");
            }
          },
        });
        const script = `export default async (ctx) => { const out = []; let next = 0;
          const work = async () => { for (let n = next++; n < ${plan.length}; n = next++) {
            try { out[n] = await ctx.call("conformance.count", {n}) } catch ({code, data}) { out[n] = [code, data] } } };
          await Promise.all(Array.from({length: 12}, work)); return out }`;
        const sandbox = startSandbox({ runtime, script, environment: host.environment });
        expect(await sandbox.ended).toEqual({ code: 0, signal: null });
        const ran = host.frames("conformance.count").map(({ params }) => Number(params["n"]));
        expect(ran.length).toBe(new Set(ran).size);
        const value = host.result()["value"] as unknown[];
        plan.forEach((fate, n) => {
          const told = value[n];
          const lost = fate === "half" || fate === "reset" || fate === "end";
          if (told === "done")
            expect({ n, fate, lost, ran: ran.includes(n) }).toEqual({ n, fate, lost: false, ran: true });
          else {
            // A connection that closes as its next call leaves costs that call, which may then not have run.
            const [code, data] = told as [string, { mayHaveRun: boolean }];
            expect({ n, code }).toEqual({ n, code: "transport_lost" });
            if (ran.includes(n)) expect({ n, fate, ...data }).toEqual({ n, fate, mayHaveRun: true });
          }
        });
      }),
      { numRuns: 4 },
    );
  });
});
