import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Application, TSConfigReader, TypeDocReader } from "typedoc";

const PACKAGES = ["spec", "reference-host", "reference-sandbox", "conformance"];

/**
 * The four packages' public symbols as TypeDoc's JSON, made anew only when a source has changed.
 *
 * @param file Where it is kept.
 * @returns The file, or undefined when TypeDoc had a warning, which it has printed.
 */
export async function writeApiModel(file: string): Promise<string | undefined> {
  const mark = `${file}.sources`;
  const sources = hashOfSources();
  if (existsSync(file) && existsSync(mark) && readFileSync(mark, "utf8") === sources) return file;
  const app = await Application.bootstrapWithPlugins({ options: "docs/typedoc.json" }, [
    new TypeDocReader(),
    new TSConfigReader(),
  ]);
  const project = await app.convert();
  if (project === undefined) return undefined;
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  await app.generateJson(project, file);
  writeFileSync(mark, sources);
  return file;
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  const files = PACKAGES.flatMap((name) =>
    readdirSync(name, { recursive: true, encoding: "utf8" })
      .filter(
        (path) =>
          /\.(?:ts|json)$/.test(path) && !/(?:^|\/)(?:node_modules|dist|vectors|fixtures)\//.test(path),
      )
      .map((path) => join(name, path)),
  );
  for (const path of ["docs/typedoc.json", "package-lock.json", ...files.toSorted()])
    hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}
