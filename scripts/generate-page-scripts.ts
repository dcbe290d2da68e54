/**
 * Bundles the scripts of the pages that have no file beside them, each into a module that holds it as a text. The
 * playground's brings the kit's own decoder and validators, so it is made once they are compiled.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const PAGES = {
  viewer: {
    entry: "viewer/src/browser/main.ts",
    name: "VIEWER_SCRIPT",
    what: "What makes the elements with `data-trace-viewer` of a page viewers.",
  },
  playground: {
    entry: "playground/src/main.ts",
    name: "PLAYGROUND_SCRIPT",
    what: "What makes the element with `data-playground` of a page a playground.",
  },
} as const;

/** Names of pages on the command line; all without any. */
const wanted = process.argv.slice(2);
for (const [folder, { entry, name, what }] of Object.entries(PAGES)) {
  if (wanted.length > 0 && !wanted.includes(folder)) continue;
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    write: false,
    logLevel: "error",
  });
  // In a page it stands inside a script element.
  const script = (outputFiles[0]?.text ?? "").trim().replaceAll("</script", "<\\/script");
  const header = `// Made from ${entry} by scripts/generate-page-scripts.ts; not edited by hand.\n`;
  mkdirSync(`${folder}/generated`, { recursive: true });
  writeFileSync(
    `${folder}/generated/script.js`,
    `${header}export const ${name} = ${JSON.stringify(script)};\n`,
  );
  writeFileSync(
    `${folder}/generated/script.d.ts`,
    `${header}/** ${what} */\nexport const ${name}: string;\n`,
  );
}
