import { readFileSync } from "node:fs";

const LISTEN = "0A";

/** Local addresses on which a TCP port listens, from /proc, as text; empty where the system has no such file. */
export function listeningOn(port: number): string[] {
  return ["tcp", "tcp6"]
    .flatMap((family) => linesOf(`/proc/net/${family}`))
    .flatMap((line) => {
      const [, local = "", , state] = line.trim().split(/\s+/);
      const [address = "", hex = ""] = local.split(":");
      return state === LISTEN && Number.parseInt(hex, 16) === port ? [readable(address)] : [];
    });
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "latin1").trimEnd().split("\n").slice(1);
  } catch {
    return [];
  }
}

/** The kernel writes each 32-bit word of an address in the machine's byte order. */
function readable(address: string): string {
  const words = address.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))) return "::1";
  return bytes.every((byte) => byte === 0) ? "::" : Buffer.from(bytes).toString("hex");
}
