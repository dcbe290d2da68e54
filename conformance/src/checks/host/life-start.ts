import * as fc from "fast-check";
import { printedText } from "../../arbitraries/print.js";
import { PLANTED_ENVIRONMENT } from "../../target/planted-environment.js";
import { hostCheck, type HostCheck } from "../check.js";
import { outcomeFact, outputFact } from "./facts.js";
import { opened, write } from "./steps.js";

/** Commands that can't be started. */
const unstartable: fc.Arbitrary<string[]> = fc.constantFrom(
  ["/nonexistent/sandpipe-command"],
  ["/etc/passwd"],
  ["sandpipe-no-such-command-in-any-path"],
  ["/"],
);

/** Checks of how a run begins, in the order of its rows. */
export const lifeStartChecks: readonly HostCheck[] = [
  // R15: nodejs/node#40085
  hostCheck("life:spawn:failed-report", {
    given: unstartable,
    when: (command) => ({ run: { command }, steps: [{ do: "linger" }] }),
    then: (seen) => [
      outcomeFact(seen, "failed"),
      { about: "error.name in the report", expected: "spawn_failed", actual: seen.report?.error?.name },
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
  }),

  hostCheck("life:spawn:no-open", {
    given: fc.record({ print: printedText, foreign: fc.boolean() }),
    when: ({ print, foreign }) =>
      foreign
        ? { run: { command: [process.execPath, "-e", ""] }, steps: [{ do: "linger" }] }
        : { steps: [write({ text: print }), { do: "exit", code: 0 }] },
    then: (seen, { print, foreign }) => [
      outcomeFact(seen, "protocol_error"),
      { about: "the exit code", expected: 0, actual: seen.report?.exit.code },
      outputFact(seen, Buffer.from(foreign ? "" : print)),
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
  }),

  hostCheck("life:environment:contract", {
    given: fc.dictionary(fc.stringMatching(/^KIT_[A-Z]{1,6}$/u), fc.stringMatching(/^[ -~é]{0,12}$/u), {
      maxKeys: 3,
    }),
    when: (env) => ({ run: { env }, steps: [{ do: "open" }, { do: "tell", what: "environment" }] }),
    then: (seen, env) => {
      const { environment = {} } = seen.told[0] ?? {};
      const contract = { SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio", ...env };
      return Object.entries(contract).map(([name, value]) => ({
        about: `the variable ${name}`,
        expected: value,
        actual: environment[name],
      }));
    },
    reach: { count: (seen) => seen.told.length },
  }),

  hostCheck("life:environment:allow-list", {
    given: fc.constantFrom("before the open", "after the open"),
    when: (when) => ({
      steps: [
        ...(when === "after the open" ? [{ do: "open" } as const] : []),
        { do: "tell", what: "environment" },
        ...(when === "after the open" ? [] : [{ do: "open" } as const]),
      ],
    }),
    then: (seen) => {
      const environment = Object.keys(seen.told[0]?.environment ?? {});
      const leaked = Object.keys(PLANTED_ENVIRONMENT).filter((name) => environment.includes(name));
      return [{ about: "variables of the host that reached the sandbox", expected: [], actual: leaked }];
    },
    reach: { count: (seen) => seen.told.length },
    runs: 2,
  }),

  hostCheck("life:descriptors:none-leaked", {
    given: fc.constant("descriptors"),
    when: () => opened({ do: "tell", what: "descriptors" }),
    then: (seen) => {
      const beyond = Object.entries(seen.told[0]?.descriptors ?? {}).filter(([fd]) => Number(fd) > 2);
      return [{ about: "descriptors beyond 0, 1 and 2", expected: {}, actual: Object.fromEntries(beyond) }];
    },
    reach: { count: (seen) => seen.told.length },
    runs: 2,
  }),
];
