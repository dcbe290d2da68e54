/** One step of `npm run check`: commands of the project's own tools, run from the root. */
export interface CheckStep {
  readonly name: string;
  readonly what: string;
  readonly commands: readonly (readonly string[])[];
}

const PACKAGES = ["spec", "reference-host", "reference-sandbox", "conformance"];

export const STEPS: readonly CheckStep[] = [
  { name: "types", what: "strict TypeScript, all project references", commands: [["tsc", "-b"]] },
  { name: "lint", what: "lint rules and import walls", commands: [["oxlint", "--deny-warnings"]] },
  { name: "format", what: "prettier", commands: [["prettier", "--check", "--log-level", "warn", "."]] },
  {
    name: "schemas",
    what: "schemas/ is what spec/ says",
    commands: [["tsx", "scripts/generate-schemas.ts", "--check"]],
  },
  {
    name: "docs",
    what: "every public symbol has its sentence; warnings are errors",
    commands: [["typedoc", "--options", "docs/typedoc.json", "--emit", "none"]],
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
