import type { BarLink } from "./amend-page.js";
import { allPages, type SitePage } from "./page.js";
import { errorTablePage, openapiPage, openrpcPage } from "./interface-pages.js";
import { methodPages } from "./method-pages.js";
import { implementationPages } from "./implementation-pages.js";
import { proofPages } from "./proof-pages.js";
import { prosePage } from "./prose-page.js";
import { requirementFacts } from "./requirement-facts.js";
import { requirementPages, requirementPlaces } from "./requirement-pages.js";
import { typePages } from "./type-pages.js";
import type { Places } from "./resolve-links.js";

/** Everything that the site says, as pages. */
export interface Site {
  readonly home: SitePage;
  readonly pages: readonly SitePage[];
  readonly places: Places;
  readonly bar: readonly BarLink[];
}

const BAR: readonly BarLink[] = [
  { label: "Start", path: "start/index" },
  { label: "Protocol", path: "v1/index" },
  { label: "Kit", path: "kit/index" },
  { label: "Proof", path: "proof/index" },
  { label: "API", path: "modules" },
  { label: "Playground", path: "playground/index" },
  { label: "Traces", path: "trace/index" },
];

const CHAPTERS = [
  "framing",
  "messages",
  "session",
  "methods",
  "errors",
  "limits",
  "transports",
  "environment",
  "host",
  "sandbox",
  "datasources",
  "security",
  "versioning",
  "rationale",
  "host-in-60-lines",
] as const;

/** Collects the pages: committed prose, and what is made from rows, schemas, vectors and reports. */
export async function collectSite(folder: string): Promise<Site> {
  const chapters = CHAPTERS.map((name) => prosePage(`spec/v1/${name}.md`, `v1/${name}`));
  const overview = prosePage("spec/v1/README.md", "v1/index");
  const draft = prosePage("spec/v0/README.md", "v0/index");
  const changes = prosePage("spec/v1/changes.md", "v1/changes");
  const machines = prosePage("docs/state-machines.md", "v1/state-machines");
  const facts = await requirementFacts([overview, ...chapters, machines, draft]);
  const v1 = {
    ...overview,
    title: "The protocol, version 1",
    children: [
      ...chapters,
      requirementPages("v1", facts, "spec/v1/requirements.md"),
      errorTablePage(),
      machines,
      await methodPages(),
      await typePages("v1", "Every type, one by one"),
      openrpcPage(),
      await openapiPage(),
      changes,
    ],
  };
  const v0 = {
    ...draft,
    title: "The founding draft, version 0",
    children: [
      requirementPages("v0", facts, "spec/v0/requirements.md"),
      await typePages("v0", "Types of version 0"),
    ],
  };
  const kit = prosePage("conformance/README.md", "kit/index", {
    title: "The conformance kit",
    children: [
      prosePage("docs/ci.md", "kit/ci"),
      prosePage("spec/control/README.md", "kit/control"),
      await typePages("control", "Messages of the control protocol"),
      prosePage("conformance/vectors/README.md", "kit/vectors"),
    ],
  });
  const packages = [
    prosePage("reference-host/README.md", "host/index", { title: "The reference host" }),
    prosePage("reference-sandbox/README.md", "sandbox/index", {
      title: "The reference sandbox",
      children: [prosePage("reference-sandbox/src/datasources/README.md", "sandbox/datasources")],
    }),
  ];
  const start = prosePage("docs/start/README.md", "start/index", {
    children: [
      ...["host-python", "host-node", "host-go", "host-rust", "sandbox"],
      ...["embed", "analysis", "from-v0"],
    ].map((name) => prosePage(`docs/start/${name}.md`, `start/${name}`)),
  });
  const home = prosePage("README.md", "index");
  const pages = [
    ...[start, v1, v0, kit, await proofPages(), ...packages, implementationPages()],
    prosePage("CONTRIBUTING.md", "contributing"),
  ];
  const bySource = new Map(
    [home, ...allPages(pages)].flatMap(({ source, standsFor, path }) =>
      [source, standsFor].flatMap((file) => (file === undefined ? [] : [[file, path] as const])),
    ),
  );
  return { home, pages, places: { bySource, byRequirement: requirementPlaces(), folder }, bar: BAR };
}
