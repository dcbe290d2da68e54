import { statSync } from "node:fs";
import { resolve } from "node:path";
import { inspect } from "node:util";
import type { RunReport } from "@sandpipe/spec/v1";
import { DatasourceError } from "../isolation/datasource-address.js";
import { IsolationError } from "../isolation/isolation-mode.js";
import { createContractMethods } from "../methods/contract.js";
import { createLog } from "../observation/log.js";
import { createHost } from "../run/create-host.js";
import type { Host } from "../run/host.js";
import type { Run, RunOptions } from "../run/run-options.js";
import { CommandError } from "./command-error.js";
import { EXIT, runExitCode, signalExitCode } from "./exit-code.js";
import { findSandbox } from "./find-sandbox.js";
import { listenForSignals } from "./listen-for-signals.js";
import { loadMethods } from "./load-methods.js";
import { openRunStore, openScope } from "./open-scope.js";
import type { RunArguments } from "./parse-run.js";
import { createPrints } from "./prints.js";
import { reportJson, reportText } from "./print-report.js";
import { createProgressBar } from "./progress-bar.js";
import { openTrace } from "./trace-file.js";

/** Runs one script and prints its result; the exit code tells how it went. Throws CommandError. */
export async function runCommand(asked: RunArguments): Promise<number> {
  const script = findScript(asked.script);
  const sandbox = findSandbox(asked.sandbox, process.cwd());
  const runtime = asked.runtime === undefined ? [] : ["--runtime", asked.runtime];
  const methods = await loadMethods(asked.methods);
  const ending = listenForSignals();
  const store = await openRunStore(asked.store);
  const trace = asked.trace === undefined ? undefined : openTrace(asked.trace);
  const bar = createProgressBar(process.stderr);
  try {
    const scope = await openScope(store, asked);
    const host = createHost({
      protocols: asked.protocols,
      methods: [createContractMethods(store), ...methods],
      isolation: asked.place.isolation,
      resources: asked.place.resources,
      hidden: [asked.store, asked.trace].filter((path) => path !== undefined),
      log: createLog(asked.logLevel, Date.now, (line) => void process.stderr.write(line)),
    });
    const run: Run = start(host, {
      command: [...sandbox, ...runtime, script],
      session: scope,
      // The user's own working folder would hand the script whatever configuration lies there.
      cwd: (scratch) => scratch,
      script: { path: script, ...(asked.params !== undefined && { params: asked.params }) },
      signal: ending.signal,
      datasources: asked.place.datasources,
      readable: asked.place.readable,
      ...asked.transport,
      limits: {
        ...(asked.timeoutMs !== undefined && { runTimeoutMs: asked.timeoutMs }),
        ...(asked.place.memoryBytes !== undefined && { memoryBytes: asked.place.memoryBytes }),
      },
      observer: {
        ...(!asked.json && { print: createPrints(process.stdout, process.stderr, bar) }),
        ...(trace && { frame: trace.frames(() => run.id) }),
        progress: (progress) => bar.show(progress),
        // A log has both already.
        ...(asked.logLevel === "silent" && {
          warning: (message) => void process.stderr.write(`warning: ${message}\n`),
          handlerFailed: (method, error) =>
            void process.stderr.write(`${method} failed: ${inspect(error)}\n`),
        }),
      },
    });
    const report = await reportOf(run);
    bar.hide();
    const text = asked.json ? { out: reportJson(report), err: "" } : reportText(report);
    process.stderr.write(text.err);
    process.stdout.write(text.out);
    return report.outcome === "killed" ? signalExitCode(ending.by()) : runExitCode(report);
  } finally {
    bar.hide();
    trace?.close();
    await store.close();
    ending.stop();
  }
}

/** Starts a run, or says which bound can't be kept on this machine. */
function start(host: Host, options: RunOptions): Run {
  try {
    return host.run(options);
  } catch (error) {
    throw error instanceof RangeError ? new CommandError(error.message) : error;
  }
}

async function reportOf(run: Run): Promise<RunReport> {
  try {
    return await run.report;
  } catch (error) {
    if (error instanceof IsolationError) throw new CommandError(error.message, EXIT.unavailable);
    if (error instanceof DatasourceError) throw new CommandError(error.message);
    throw error;
  }
}

function findScript(script: string): string {
  const path = resolve(script);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new CommandError(`There is no script ${script}: check its path`);
  if (!stats.isFile()) throw new CommandError(`${script} is no file: name the script itself`);
  return path;
}
