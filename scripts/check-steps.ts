/** One step of `npm run check`: commands of the project's own tools, run from the root. */
export interface CheckStep {
  readonly name: string;
  readonly what: string;
  readonly commands: readonly (readonly string[])[];
}

const PACKAGES = ["spec", "viewer", "reference-host", "reference-sandbox", "conformance"];

export const STEPS: readonly CheckStep[] = [
  {
    name: "types",
    what: "strict TypeScript, all project references, and the tests",
    commands: [
      ["tsc", "-b"],
      ["tsc", "-p", "tsconfig.tests.json"],
    ],
  },
  { name: "lint", what: "lint rules and import walls", commands: [["oxlint", "--deny-warnings"]] },
  { name: "format", what: "prettier", commands: [["prettier", "--check", "--log-level", "warn", "."]] },
  {
    name: "schemas",
    what: "schemas/ is what spec/ says",
    commands: [
      ["tsx", "scripts/generate-schemas.ts", "--check"],
      ["tsx", "scripts/generate-api-documents.ts", "--check"],
    ],
  },
  {
    name: "prose",
    what: "prose and rows agree; a MUST has its row, a cited id exists",
    commands: [
      ["tsx", "scripts/generate-pages.ts", "--check"],
      ["tsx", "scripts/check-prose.ts"],
    ],
  },
  { name: "frozen", what: "no released version has changed", commands: [["tsx", "scripts/check-frozen.ts"]] },
  {
    name: "coverage",
    what: "every testable MUST has its check, every check its mutant",
    commands: [["tsx", "scripts/generate-coverage.ts", "--check"]],
  },
  {
    name: "docs",
    what: "the site builds: every public symbol has its sentence, every link leads somewhere",
    commands: [["tsx", "scripts/build-site.ts", ".build/docs"]],
  },
  {
    name: "blocks",
    what: "what the pages tell a reader to do can be done",
    commands: [["tsx", "scripts/check-blocks.ts"]],
  },
  {
    name: "packages",
    what: "what would be published is whole (publint, are-the-types-wrong)",
    commands: PACKAGES.flatMap((folder) => [
      ["publint", "--strict", folder],
      ["attw", "--pack", folder, "--profile", "esm-only"],
    ]),
  },
  { name: "unused", what: "no unused file, export or dependency (knip)", commands: [["knip"]] },
];
