import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Datasource } from "@sandpipe/spec/v1";
import type { SpawnOptions } from "../process/sandbox-process.js";
import { createSessionFolder } from "../process/session-folder.js";
import type { SessionFolder } from "../process/session-folder.js";
import { bwrapArguments, isWithin } from "./bwrap-arguments.js";
import { resolveIsolation } from "./isolation-mode.js";
import type { Isolation, IsolationMode } from "./isolation-mode.js";
import { createMemoryCgroup, hasMemoryCgroup } from "./memory-cgroup.js";
import { reachDatasources } from "./reach-datasources.js";
import type { Reach } from "./reach-datasources.js";
import { resourceLauncher } from "./resource-limits.js";
import type { ResourceLimits } from "./resource-limits.js";
import { visibleFiles } from "./visible-files.js";

/** What is asked of the place where a sandbox runs. */
export interface PlaceOptions {
  /** Names the run among others. */
  readonly id: string;
  readonly isolation: IsolationMode;
  readonly datasources: readonly Datasource[];
  readonly script?: string;
  readonly readable: readonly string[];
  readonly hidden: readonly string[];
  readonly resources: ResourceLimits;
  readonly memoryBytes: number | undefined;
}

/** Where one sandbox runs: its folder, what it sees of the machine, and what bounds it. */
export interface Place {
  readonly isolation: Isolation;
  readonly folder: SessionFolder;
  /** As the sandbox can reach them. */
  readonly datasources: readonly Datasource[];
  /** The host's environment as far as it means something here. */
  environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  /** Completes how a sandbox is spawned. `socket` is a Unix socket of the host's that it must reach. */
  spawn(options: SpawnOptions, socket?: string): SpawnOptions;
  /** Removes all of it, once the sandbox has ended. */
  close(): Promise<void>;
}

/**
 * Prepares the place of one run.
 * @throws IsolationError where isolation is demanded and there is none; DatasourceError for a datasource out of reach
 */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const isolation = await resolveIsolation(options.isolation);
  const folder = createSessionFolder();
  let reach: Reach | undefined;
  try {
    if (isolation.kind === "bwrap") reach = await reachDatasources(options.datasources, folder.own);
  } catch (error) {
    folder.remove();
    throw error;
  }
  const { memoryBytes } = options;
  // `limit:memory:child-bounded`
  const cgroup =
    memoryBytes !== undefined && hasMemoryCgroup() ? createMemoryCgroup(options.id, memoryBytes) : undefined;

  const isolate =
    (
      program: string,
      { cwd, environment }: SpawnOptions,
      socket?: string,
    ): NonNullable<SpawnOptions["isolate"]> =>
    (command) => {
      const readable = [
        ...visibleFiles({
          command,
          path: environment["PATH"],
          ...(options.script !== undefined && { script: resolve(options.script) }),
          readable: options.readable,
          hidden: options.hidden.map((path) => resolve(path)),
        }),
        ...(reach?.readable ?? []),
        ...(socket === undefined ? [] : [socket]),
        folder.inputs,
      ];
      // Names that programs look up: the machine's own tables are nobody's business.
      const [hosts, passwd] = [folder.own("hosts"), folder.own("passwd")];
      writeFileSync(hosts, "127.0.0.1 localhost sandbox\n::1 localhost\n");
      writeFileSync(passwd, `sandbox:x:${process.getuid?.()}:${process.getgid?.()}:sandbox:/tmp:/bin/sh\n`);
      const seen = [...readable, folder.scratch].some((path) => isWithin(cwd, path));
      return {
        program,
        options: bwrapArguments({
          readable,
          writable: [folder.scratch],
          instead: { "/etc/hosts": hosts, "/etc/passwd": passwd },
          cwd: seen && existsSync(cwd) ? cwd : folder.scratch,
          environment,
        }),
      };
    };

  return {
    isolation,
    folder,
    datasources: reach?.datasources ?? options.datasources,
    // The user's own home and temporary folder aren't there.
    environment: (own) => (isolation.kind === "bwrap" ? { ...own, HOME: "/tmp", TMPDIR: "/tmp" } : own),
    spawn: (spawn, socket) => ({
      ...spawn,
      launcher: [...(cgroup?.launcher ?? []), ...resourceLauncher(options.resources, memoryBytes)],
      ...(isolation.kind === "bwrap" && { isolate: isolate(isolation.program, spawn, socket) }),
    }),
    async close() {
      await reach?.close();
      cgroup?.remove();
      folder.remove();
    },
  };
}
