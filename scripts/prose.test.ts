import { describe, expect, test } from "vitest";
import { proseFaults, sentences, type CitedRow } from "./prose.js";
import { includeFiles } from "./include-files.js";

const rows: readonly CitedRow[] = [
  { id: "call:id:echo", area: "call", level: "MUST" },
  { id: "call:order:any", area: "call", level: "MAY" },
];
const all =
  "A response MUST echo its id (`call:id:echo`). Responses MAY come in any order (`call:order:any`).";
const faults = (text: string): string[] => proseFaults([{ path: "a.md", text }], rows);

describe("prose", () => {
  test("that cites each row where it uses the row's word is right", () => {
    expect(faults(all)).toEqual([]);
  });

  test("must not cite an id that doesn't exist", () => {
    expect(faults(`${all}\n\nSee \`call:id:gone\`.`)).toEqual([
      "a.md:3: `call:id:gone` is no requirement of this version",
    ]);
  });

  test.each([
    ["no row at all", "A host MUST be kind."],
    ["a row of another level", "A host SHOULD echo the id (`call:id:echo`)."],
    ["a row of the sentence before only", "See `call:id:echo`. A host MUST be kind."],
    ["the row in another row of its table", "| a MUST | x |\n| `call:id:echo` | y |"],
  ])("must not use a word of RFC 2119 with %s", (_, text) => {
    expect(faults(`${all}\n\n${text}`)).toHaveLength(1);
  });

  test("must cite every row", () => {
    expect(faults("Nothing.")).toEqual([
      "`call:id:echo` is cited nowhere in the prose",
      "`call:order:any` is cited nowhere in the prose",
    ]);
  });

  test("may use the words in code and where it explains RFC 2119", () => {
    expect(faults(`${all}\n\nMUST and MAY are those of RFC 2119.\n\n\`\`\`\nMUST\n\`\`\``)).toEqual([]);
  });

  test("is read sentence by sentence", () => {
    expect(sentences("One (`a.b`). Two! [Three](x) is it.").map(({ sentence }) => sentence)).toEqual([
      "One (`a.b`).",
      "Two!",
      "[Three](x) is it.",
    ]);
  });
});

test("a page holds the present text of the files that it includes", () => {
  const page = "x\n\n<!-- include a.py -->\n\n```python\nold $1\n```\n\ny";
  expect(includeFiles(page, (path) => `new ${path} $&\n`)).toBe(
    "x\n\n<!-- include a.py -->\n\n```python\nnew a.py $&\n```\n\ny",
  );
});
