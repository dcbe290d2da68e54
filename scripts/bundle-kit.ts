/**
 * Bundles what the kit starts most often, each into one file beside its parts: the probe (once a session of a host),
 * and the kit's own host and sandbox (once a mutant, once a session). The probe is CommonJS, which Node starts without
 * its loader of ES modules; what it imports later is loaded later.
 */
import { build, type Format } from "esbuild";

const BUNDLES: readonly (readonly [source: string, bundle: string, format: Format])[] = [
  ["probe/probe.ts", "probe/probe.cjs", "cjs"],
  ["self/host/main.ts", "self/host/bundle.js", "esm"],
  ["self/sandbox/main.ts", "self/sandbox/bundle.js", "esm"],
];

for (const [source, bundle, format] of BUNDLES)
  await build({
    ...{ entryPoints: [`conformance/src/${source}`], outfile: `conformance/dist/${bundle}`, format },
    ...{ bundle: true, platform: "node", target: "node20", packages: "external", logLevel: "warning" },
    // The specification is constants.
    plugins: [
      {
        name: "specification",
        setup: ({ onResolve }) =>
          void onResolve({ filter: /^@sandpipe\/spec/ }, ({ path }) => ({ path: specification(path) })),
      },
    ],
  });

function specification(name: string): string {
  return new URL(import.meta.resolve(name)).pathname;
}
