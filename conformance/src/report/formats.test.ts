import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Parser } from "tap-parser";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { validateXML } from "xmllint-wasm";
import { ROWS } from "../runner/roles.js";
import { EXTENSIONS, FORMAT_NAMES, formatOfFile, renderReport } from "./formats.js";
import { ndjsonReport } from "./ndjson.js";
import { parseReport } from "./read-report.js";
import { failureForTest, HOSTILE, reportForTest, resultForTest } from "./report-for-test.js";
import type { Report } from "./report.js";

const XSD = readFileSync(fileURLToPath(new URL("fixtures/jenkins-junit.xsd", import.meta.url)), "utf8");
const report = reportForTest();
const clean = reportForTest({ checks: [resultForTest("call:id:echo-type", "pass")], verdict: "conforms" });

describe("NDJSON", () => {
  test("and JSON hold the whole report: read again it is the same", () => {
    const told = JSON.parse(JSON.stringify(report)) as Report;
    expect(parseReport(ndjsonReport(report), "x")).toEqual(told);
    expect(parseReport(renderReport(report, "json", ROWS[1]), "x")).toEqual(told);
  });

  test("is one line a check, and every form is made from it", () => {
    const lines = ndjsonReport(report).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "start",
      ...report.checks.map(() => "check"),
      "end",
    ]);
    // JSON's members come in another order; that it holds the same is shown above.
    for (const format of FORMAT_NAMES.filter((name) => name !== "json"))
      expect(renderReport(parseReport(lines.join("\n") + "\n", "x"), format, ROWS[1])).toBe(
        renderReport(JSON.parse(JSON.stringify(report)) as Report, format, ROWS[1]),
      );
  });

  test("that was cut anywhere is the report of an interrupted run, with every check that was written", () => {
    const text = ndjsonReport(report);
    const first = text.indexOf("\n") + 1;
    for (let at = first; at < text.length; at += 997) {
      const cut = parseReport(text.slice(0, at), "x");
      const whole = text.slice(0, at).split("\n").length - 2;
      expect(cut.interrupted).toBe(true);
      expect(cut.checks.length).toBe(whole);
      for (const format of FORMAT_NAMES) expect(renderReport(cut, format, ROWS[1])).not.toBe("");
    }
  });

  test("takes the later line of a check", () => {
    const lines = ndjsonReport(clean).split("\n");
    const later = JSON.stringify({ ...JSON.parse(lines[1] ?? ""), sessions: 99 });
    expect(parseReport([lines[0], lines[1], later, lines[2], ""].join("\n"), "x").checks).toMatchObject([
      { sessions: 99 },
    ]);
  });

  test.each([
    ["", "begins with no"],
    ["{}\n", "event undefined"],
    ["nonsense\n", "x:1: no report of this kit"],
    [ndjsonReport(clean).replace('"format":1', '"format":2'), "report format 2; this kit reads 1"],
    [
      ndjsonReport(clean).replace('"verdict":"pass"', '"verdict":"passed"'),
      "x:2: not as the report's schema says",
    ],
    [ndjsonReport(clean).replace('"planned":1', '"planned":2'), "says that it has 2 checks and holds 1"],
    [ndjsonReport(clean) + ndjsonReport(clean), "holds two reports"],
  ])("that is no report is refused with the line: %#", (text, said) => {
    expect(() => parseReport(text, "x")).toThrow(said);
  });
});

describe("a line to paste", () => {
  const own = reportForTest({
    ...{ role: "sandbox", command: ["python3", "my sandbox.py", "{script}"], driver: "my driver.py" },
    checks: [resultForTest("call:correlate:own-answer", "fail")],
  });
  const words = "--driver 'my driver.py' -- python3 'my sandbox.py' '{script}'";

  test.each(["pretty", "tap", "html"] as const)("in %s names the driver as well as the command", (format) => {
    const told = renderReport(parseReport(ndjsonReport(own), "x"), format, ROWS[1]);
    expect(told).toContain(`npx sandpipe replay ${own.checks[0]?.failure?.token} ${words}`);
  });

  test("names no driver where the kit's own was taken", () => {
    expect(renderReport(report, "pretty", ROWS[1])).not.toContain("--driver");
  });

  test("that runs everything again names it too", () => {
    const told = renderReport(own, "pretty", ROWS[1]);
    expect(told).toContain(`again: npx sandpipe test sandbox --seed 7 ${words}`);
  });
});

test("checks that an interrupted run left out are one line with their number", () => {
  const left = ["frame:receive:stray-bytes", "output:print:whole", "call:id:never-reused"];
  const reason = "the run was interrupted";
  const told = renderReport(
    reportForTest({
      checks: left.map((id) => resultForTest(id, "undecided", { reason })),
      interrupted: true,
    }),
    "pretty",
    ROWS[1],
  );
  expect(told).toContain("? 3 checks not judged: the run ended before");
  for (const id of left) expect(told).not.toContain(`? ${id}`);
});

describe("JUnit", () => {
  test.each([
    ["every verdict", report],
    ["nothing but passes", clean],
    ["an interrupted run", { ...report, interrupted: true }],
    ["no check at all", reportForTest({ checks: [] })],
  ])("of %s is valid by Jenkins' schema", async (_, one) => {
    const xml = [{ fileName: "report.xml", contents: renderReport(one, "junit", ROWS[1]) }];
    const { valid, errors } = await validateXML({ xml, schema: [XSD] });
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  test("would be refused by that schema when it is wrong", async () => {
    const contents = renderReport(report, "junit", ROWS[1])
      .replace("<failure", "<failed")
      .replace("</failure", "</failed");
    expect((await validateXML({ xml: [{ fileName: "x.xml", contents }], schema: [XSD] })).valid).toBe(false);
  });

  test("counts failures, errors and what is skipped", () => {
    const xml = renderReport(report, "junit", ROWS[1]);
    expect(xml).toMatch(/<testsuites [^>]*tests="9" failures="1" errors="4"/);
    expect(xml.match(/<skipped/g)).toHaveLength(3);
  });
});

describe("TAP", () => {
  const parse = (text: string) => {
    let results:
      { ok: boolean; pass: number; fail: number; todo: number; skip: number; bailout: unknown } | undefined;
    const parser = new Parser((final) => (results = final as unknown as typeof results));
    const extra: string[] = [];
    parser.on("extra", (line: string) => extra.push(line));
    parser.end(text);
    return { results, extra };
  };

  test("is what a TAP parser reads: counts, and nothing that it doesn't understand", () => {
    const { results, extra } = parse(renderReport(report, "tap", ROWS[1]));
    expect(extra.join("")).toBe("");
    expect(results).toMatchObject({ ok: false, count: 9, todo: 1, skip: 2, plan: { start: 1, end: 9 } });
    expect(parse(renderReport(clean, "tap", ROWS[1])).results).toMatchObject({ ok: true, pass: 1 });
  });

  test("of a cut run bails out", () => {
    const { results } = parse(renderReport({ ...report, interrupted: true }, "tap", ROWS[1]));
    expect(results?.ok).toBe(false);
    expect(results?.bailout).toBe("the run was interrupted");
  });

  test("says in valid YAML what was expected, what came and how to replay it", () => {
    const text = renderReport(report, "tap", ROWS[1]);
    const [block = ""] = /(?<=^ {2}---\n)[^]*?(?=^ {2}\.\.\.$)/m.exec(text) ?? [];
    expect(parseYaml(block)).toMatchObject({
      verdict: "fail",
      replay: "npx sandpipe replay 0.1.0/call:id:echo-type/7/0/0 -- './my host' --flag",
    });
  });
});

describe("Markdown", () => {
  test("holds nothing that the subject could make markup of", () => {
    const text = renderReport(report, "markdown", ROWS[1]);
    const outside = text.replace(/^(`{3,})text\n[^]*?^\1$/gm, "");
    expect(outside).not.toMatch(/<script|<\/text/);
    expect(text).toContain("## DOES NOT CONFORM: my-host");
    expect(text).toContain("| call | ");
  });
});

describe("every form", () => {
  test.each(FORMAT_NAMES.filter((name) => name !== "json" && name !== "ndjson"))(
    "%s shows no raw control character",
    (format) => {
      expect(renderReport(report, format, ROWS[1])).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u2028]/);
    },
  );

  test("has an extension of its own", () => {
    expect(new Set(EXTENSIONS).size).toBe(EXTENSIONS.length);
    for (const extension of EXTENSIONS)
      expect(FORMAT_NAMES).toContain(formatOfFile(`a.b${extension.toUpperCase()}`));
    expect(formatOfFile("report")).toBeUndefined();
  });

  test("of two long values shows where they begin to differ", () => {
    const only = failureForTest({ facts: failureForTest().facts.slice(1) });
    const text = renderReport(
      reportForTest({ checks: [resultForTest("call:id:echo-type", "fail", { failure: only })] }),
      "pretty",
      ROWS[1],
    );
    expect(text).toContain("A tail");
    expect(text).toContain("B tail");
    expect(text).toContain("4,940 characters alike");
  });

  test("marks where a write ended inside a frame, and inside a character", () => {
    expect(renderReport(report, "pretty", ROWS[1])).toContain('␞⁞{"\\xC3⁞\\xA9":1}␊');
  });

  test("is made of a report that holds what nobody would send", () => {
    expect(renderReport(report, "pretty", ROWS[1])).toContain("\\ud800");
    expect(HOSTILE).toContain("\ud800");
  });
});
