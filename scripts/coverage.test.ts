import type { Row } from "@sandpipe/spec/requirement";
import { describe, expect, test } from "vitest";
import { coverageFaults } from "./coverage.js";

const row: Row = {
  id: "call:x:y",
  area: "call",
  level: "MUST",
  role: "host",
  text: "t",
  intent: "i",
  since: "1.0",
  profile: "core",
  proof: "exact",
};
const version = (rows: readonly Row[], mayPlan = true) => ({ name: "v1", rows, mayPlan });
const nothing = { checks: [], mutants: [], vectors: [] };
const checked = { ...nothing, checks: ["call:x:y"] };

describe("a row", () => {
  test("with its check is covered", () => {
    expect(coverageFaults(version([row]), checked)).toEqual([]);
  });

  test("that is added without check, plan or reason is a fault that names it", () => {
    expect(coverageFaults(version([row]), nothing)).toEqual([
      "v1 `call:x:y` has no check, is not planned and not untestable: write its check",
    ]);
  });

  test("may be planned while the version may plan, and no longer", () => {
    const planned = { ...row, planned: "http" };
    expect(coverageFaults(version([planned]), nothing)).toEqual([]);
    expect(coverageFaults(version([planned], false), nothing)).toHaveLength(1);
  });

  test("whose check has come must not stay planned", () => {
    const faults = coverageFaults(version([{ ...row, planned: "http" }]), checked);
    expect(faults).toEqual(['v1 `call:x:y` has its check now: take `planned: "http"` away']);
  });

  test("that is untestable needs a reason and can have no check", () => {
    const untestable = { ...row, proof: "untestable" as const };
    expect(coverageFaults(version([untestable]), nothing)).toHaveLength(1);
    expect(coverageFaults(version([{ ...untestable, reason: "r" }]), nothing)).toEqual([]);
    expect(coverageFaults(version([{ ...untestable, reason: "r" }]), checked)).toHaveLength(1);
  });
});

test("a check or a mutant of no row is a fault", () => {
  const cover = {
    checks: ["call:no:where"],
    mutants: [{ name: "m", breaks: "call:no:body", what: "w" }],
    vectors: [],
  };
  expect(coverageFaults(version([]), cover)).toHaveLength(2);
});
