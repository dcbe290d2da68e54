import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What an isolated process sees and gets, by absolute paths that are the same inside and outside. */
export interface View {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Files of the host's that stand for those of the system, by the paths that they have inside. */
  readonly instead: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Bytes of the `/tmp` of a sandbox, which is memory. */
const TMP_BYTES = 67_108_864;

/**
 * Own namespaces for everything: no network but an empty loopback (`life:isolation:no-network`), no other process
 * (`life:isolation:no-processes`), no capability. A signal to bwrap ends everything in it, and so does the host's death
 * (`life:host-death:child-dies`).
 */
export const NAMESPACE_OPTIONS: readonly string[] = [
  ...["--unshare-all", "--hostname", "sandbox", "--die-with-parent", "--new-session"],
  ...["--cap-drop", "ALL", "--clearenv"],
];

/** Programs and libraries of the system, its time zone, devices and processes of the sandbox's own. */
export function systemMounts(): string[] {
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...["bin", "sbin", "lib", "lib32", "lib64", "libx32"].flatMap(systemFolder),
    ...["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"].flatMap((path) => [
      "--ro-bind-try",
      path,
      path,
    ]),
    ...["--proc", "/proc", "--dev", "/dev", "--size", String(TMP_BYTES), "--tmpfs", "/tmp"],
  ];
}

/** All options of bwrap for a view, to be handed over by a descriptor: secrets of the environment are among them. */
export function bwrapArguments({ readable, writable, instead, cwd, environment }: View): string[] {
  const mounts = [
    ...withoutInner(readable).map((path) => ["--ro-bind", path]),
    ...writable.map((path) => ["--bind", path]),
  ] as [string, string][];
  // What lies deeper is mounted later, or the outer one would cover it.
  mounts.sort(([, a], [, b]) => depth(a) - depth(b));
  return [
    ...NAMESPACE_OPTIONS,
    ...systemMounts(),
    ...mounts.flatMap(([option, path]) => [option, path, path]),
    ...Object.entries(instead).flatMap(([inside, path]) => ["--ro-bind", path, inside]),
    ...["--remount-ro", "/"],
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", cwd],
  ];
}

/** Whether a path is a folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function withoutInner(paths: readonly string[]): string[] {
  const all = [...new Set(paths)].filter((path) => !isWithin(path, "/usr"));
  return all.filter((path) => !all.some((outer) => outer !== path && isWithin(path, outer)));
}

function systemFolder(name: string): string[] {
  const path = join("/", name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  // Where /usr is merged these are links.
  return stats.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

function depth(path: string): number {
  return path.split("/").length;
}
