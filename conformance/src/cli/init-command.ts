import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quote } from "../report/failure-text.js";
import { UsageError } from "../runner/usage-error.js";
import { readCommandLine, suggest } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";

/** Each language's adapter, and the words that build and start it in a folder. */
const LANGUAGES: Readonly<
  Record<string, (folder: string) => { readonly build?: string; readonly start: string }>
> = {
  node: (folder) => ({ start: `node ${quote(join(folder, "adapter.mjs"))}` }),
  python: (folder) => ({ start: `python3 ${quote(join(folder, "adapter.py"))}` }),
  go: (folder) => ({
    build: `(cd ${quote(folder)} && go build -o adapter .)`,
    start: quote(`./${join(folder, "adapter")}`),
  }),
  rust: (folder) => ({
    build: `cargo build --release --manifest-path ${quote(join(folder, "Cargo.toml"))}`,
    start: quote(join(folder, "target/release/sandpipe-adapter")),
  }),
};
const TEMPLATES = fileURLToPath(new URL("../../templates", import.meta.url));
const FOLDER = "sandpipe-adapter";

/** `sandpipe init`: an adapter to begin with, which `smoke` finds wired up as it stands. */
export function initCommand(args: readonly string[], { out }: CliContext): ExitCode {
  const { words } = readCommandLine(args, {});
  const [language, folder = FOLDER, more] = words;
  const names = Object.keys(LANGUAGES);
  const make =
    language === undefined || !Object.hasOwn(LANGUAGES, language) ? undefined : LANGUAGES[language];
  if (language === undefined || !make) {
    const what =
      language === undefined
        ? "which language?"
        : `no adapter in ${JSON.stringify(language)}${suggest(language, names)}`;
    throw new UsageError(`${what} There are ${names.join(", ")}: sandpipe init python`);
  }
  if (more !== undefined)
    throw new UsageError(`${JSON.stringify(more)} is one word too many: sandpipe init ${language} DIR`);
  const template = join(TEMPLATES, language);
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(template.length + 1));
  const there = files.find((file) => existsSync(join(folder, file)));
  if (there !== undefined)
    throw new UsageError(
      `${join(folder, there)} is there already, and nothing is overwritten; name another folder: sandpipe init ${language} DIR`,
    );
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(join(template, file), join(folder, file));
  const { build, start } = make(folder);
  const steps = [...(build === undefined ? [] : [build]), `npx sandpipe smoke host -- ${start}`];
  out.write(
    `${files.map((file) => join(folder, file)).join("\n")}\n\nNext:\n${steps.map((step) => `  ${step}`).join("\n")}\n`,
  );
  return EXIT.conforms;
}
