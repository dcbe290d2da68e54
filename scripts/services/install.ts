import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Makes sure that a program of a Debian package is there, installing it where this process may.
 *
 * @throws Error that names the package and the command when it is missing and can't be installed.
 */
export function ensureInstalled(program: string, debianPackage: string): void {
  if (existsSync(program)) return;
  const command = `apt-get install -y --no-install-recommends ${debianPackage}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error(`${program} is missing. Install it: ${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Two test files may ask at once: apt waits for its own lock.
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  execFileSync("apt-get", ["update", ...wait], { env, stdio: "ignore" });
  execFileSync("apt-get", [...wait, ...command.split(" ").slice(1)], { env, stdio: "ignore" });
  if (!existsSync(program)) throw new Error(`${command} ran, but ${program} is still missing`);
}

/** The same for a program that may be anywhere on the PATH. */
export function ensureOnPath(program: string, debianPackage: string): void {
  const there = (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!there) ensureInstalled(join("/usr/bin", program), debianPackage);
}
