import type { Version } from "../target/target.js";

/** Where a failing case comes from: enough to make it again with the same version of the kit. */
export interface ReplayToken {
  readonly kit: string;
  readonly protocol: Version;
  readonly check: string;
  /** The whole run's seed. */
  readonly seed: number;
  readonly index: number;
  /** It is one of the whole sessions, not one of the check's own. */
  readonly whole: boolean;
  /** Where shrinking ended, as fast-check writes it. */
  readonly path: string;
}

/**
 * One word that a shell takes unquoted: `0.1.0/call:id:echo-type/42/3/0:1`, of version 0 `0.1.0/v0/call:id:echoed/…`;
 * `0x3` in the path stands for `0:0:0`, `w3` for a whole session.
 */
export function formatToken(token: ReplayToken): string {
  return [
    token.kit,
    ...(token.protocol === 0 ? ["v0"] : []),
    token.check,
    token.seed,
    `${token.whole ? "w" : ""}${token.index}`,
    packPath(token.path),
  ].join("/");
}

/** Reads a token; undefined when it is none. */
export function parseToken(text: string): ReplayToken | undefined {
  const match =
    /^(\d+\.\d+\.\d+[^/]*)\/(v0\/)?([a-z0-9-]+(?::[a-z0-9-]+)+)\/(-?\d+)\/(w?)(\d+)\/(\d+(?:x\d+)?(?::\d+(?:x\d+)?)*)$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, kit = "", v0, check = "", seed, whole, index, path = ""] = match;
  return {
    kit,
    protocol: v0 === undefined ? 1 : 0,
    check,
    seed: Number(seed),
    index: Number(index),
    whole: whole === "w",
    path: unpackPath(path),
  };
}

function packPath(path: string): string {
  const runs: { step: string; count: number }[] = [];
  for (const step of path.split(":")) {
    const last = runs.at(-1);
    if (last?.step === step) last.count++;
    else runs.push({ step, count: 1 });
  }
  return runs.map(({ step, count }) => (count === 1 ? step : `${step}x${count}`)).join(":");
}

function unpackPath(packed: string): string {
  const steps = packed.split(":").flatMap((run) => {
    const [step = "", count = "1"] = run.split("x");
    return Array.from({ length: Number(count) }, () => step);
  });
  return steps.join(":");
}
