import type { RunReport, SessionInfo } from "@sandpipe/spec/v1";
import { createContractMethods } from "../methods/contract.js";
import { createLog } from "../observation/log.js";
import { createBackend } from "../serve/create-backend.js";
import type { Scope } from "../serve/scope.js";
import type { Backend } from "../serve/serve-sessions.js";
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-code.js";
import { listenForSignals } from "./listen-for-signals.js";
import { loadMethods } from "./load-methods.js";
import { openRunStore, openScope } from "./open-scope.js";
import type { ServeArguments } from "./parse-serve.js";
import { createPrints } from "./prints.js";
import { reportText } from "./print-report.js";
import { createProgressBar } from "./progress-bar.js";
import { openTrace } from "./trace-file.js";

/** Serves scripts that are started by hand, until a signal. Throws CommandError. */
export async function serveCommand(asked: ServeArguments): Promise<number> {
  const methods = await loadMethods(asked.methods);
  const ending = listenForSignals();
  const store = await openRunStore(asked.store);
  const trace = asked.trace === undefined ? undefined : openTrace(asked.trace);
  const bar = createProgressBar(process.stderr);
  let backend: Backend | undefined;
  try {
    const scope = await openScope(store, asked);
    backend = await listen({
      address: asked.address,
      methods: [createContractMethods(store), ...methods],
      protocols: asked.protocols,
      log: createLog(asked.logLevel, Date.now, (line) => void process.stderr.write(line)),
      ...(store.sessions && { registry: store.sessions }),
      ...(asked.idleMs !== undefined && { idleMs: asked.idleMs }),
      scopeOf: ({ project = asked.project, conversation = asked.conversation }) =>
        openScope(store, { project, conversation, imports: [] }),
      observe: (session) => ({
        print: createPrints(process.stdout, process.stderr, bar),
        progress: (progress) => bar.show(progress),
        ...(trace && { frame: trace.frames(() => session.id) }),
      }),
      ended: (session, report) => {
        bar.hide();
        show(session, report);
      },
    });
    const { protocols } = asked;
    const issued = protocols.includes(1) ? await backend.issue(scope) : undefined;
    if (issued) process.stdout.write(greeting(backend, issued.session, issued.token));
    if (protocols.includes(0)) process.stdout.write(openGreeting(backend, scope));
    await new Promise<void>((stopped) => {
      ending.signal.addEventListener("abort", () => stopped());
      if (ending.signal.aborted) stopped();
    });
    return EXIT.ok;
  } finally {
    bar.hide();
    await backend?.close();
    trace?.close();
    await store.close();
    ending.stop();
  }
}

async function listen(options: Parameters<typeof createBackend>[0]): Promise<Backend> {
  try {
    return await createBackend(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError(`can't listen: ${message}: choose another --port or --socket`, EXIT.unavailable);
  }
}

/** What to paste, and how to get more of it. */
function greeting({ url, operatorToken }: Backend, { id }: SessionInfo, token: string): string {
  return `Serving on ${url}, session ${id}. To run a script in it, paste into its terminal:

  export SANDPIPE_HTTP_URL=${url}
  export SANDPIPE_HTTP_TOKEN=${token}
  export SANDPIPE_PROTOCOL=1 SANDPIPE_TRANSPORT=http

A session is for one run. For another:

  curl -X POST ${reachOf(url, "/api/mcp/sessions")} -H 'Authorization: Bearer ${operatorToken}' \\
    -H 'Content-Type: application/json' -d '{}'

`;
}

/** The same for version 0, with the ids by which a script may name its scope. */
function openGreeting({ url }: Backend, { projectId, conversationId }: Scope): string {
  const who = url.startsWith("unix:") ? "you" : "every program and user of this machine";
  const queries = [
    `project_id=${projectId}`,
    ...(conversationId === undefined ? [] : [`conversation_id=${encodeURIComponent(conversationId)}`]),
  ];
  const curls = queries.map((query) => `  curl ${reachOf(url, `/api/mcp/files?${query}`)}\n`);
  return `Serving version 0 on ${url}, which has no authentication: ${who} may list these files without a token.
To run a script of version 0, paste into its terminal:

  unset SANDPIPE_PROTOCOL SANDPIPE_HTTP_TOKEN
  export SANDPIPE_TRANSPORT=http SANDPIPE_HTTP_URL=${url}

What it may ask:

${curls.join("")}
`;
}

/** A path there as curl takes it. */
function reachOf(url: string, path: string): string {
  const socket = url.startsWith("unix:") ? url.slice("unix:".length) : undefined;
  return socket === undefined ? `"${url}${path}"` : `--unix-socket ${socket} "http://localhost${path}"`;
}

function show({ id }: SessionInfo, report: RunReport): void {
  const { out, err } = reportText(report);
  process.stderr.write(`${err}session ${id} ended: ${report.outcome}\n`);
  process.stdout.write(out);
}
