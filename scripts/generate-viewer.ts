/** Bundles the trace viewer's script into a module that holds it as a text: pages of their own have no file beside them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["viewer/src/browser/main.ts"],
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
const header = "// Made from viewer/src/browser by scripts/generate-viewer.ts; not edited by hand.\n";
mkdirSync("viewer/generated", { recursive: true });
writeFileSync(
  "viewer/generated/script.js",
  `${header}export const VIEWER_SCRIPT = ${JSON.stringify(script)};\n`,
);
writeFileSync(
  "viewer/generated/script.d.ts",
  `${header}/** What makes the elements with \`data-trace-viewer\` of a page viewers. */\nexport const VIEWER_SCRIPT: string;\n`,
);
