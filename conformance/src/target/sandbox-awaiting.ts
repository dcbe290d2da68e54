import type { Fact } from "../checks/fact.js";
import type { Waiting } from "./waiting.js";

/** How far a session against a sandbox is; its parts share it. */
export interface SandboxProgress {
  /** The process has exited and its outputs have ended. */
  gone: boolean;
  /** The session was given up, or its plan has ended. */
  over: boolean;
}

/** Waits of one session for things that must come; what doesn't is a fact by itself. */
export interface SandboxAwaiting {
  /** True when it holds within the time (default: the session's deadline); `toldMs` is what the fact says of it. */
  must(about: string, holds: () => boolean, waitMs?: number, toldMs?: number): Promise<boolean>;
  /** Waits so long, or until the session is given up. */
  pause(ms: number): Promise<void>;
  /** Waits for either end of the session, or the condition, for so long; nothing fails. */
  either(holds: () => boolean, waitMs: number): Promise<void>;
  readonly facts: readonly Fact[];
  readonly unmet: readonly string[];
}

export interface SandboxAwaitingParts {
  readonly waiting: Waiting;
  readonly deadlineMs: number;
  readonly progress: Readonly<SandboxProgress>;
  note(text: string): number;
}

/** Creates a session's waits. After the first thing that did not come nothing later can be trusted to: the rest of the plan is left out. */
export function createSandboxAwaiting(parts: SandboxAwaitingParts): SandboxAwaiting {
  const { waiting, deadlineMs, progress, note } = parts;
  const facts: Fact[] = [];
  const unmet: string[] = [];
  const either = async (holds: () => boolean, waitMs: number): Promise<void> => {
    await waiting.until(() => holds() || progress.gone || progress.over, waitMs);
  };
  return {
    facts,
    unmet,
    either,
    pause: async (ms) => void (await waiting.until(() => progress.over, ms)),
    async must(about, holds, waitMs = deadlineMs, toldMs = waitMs) {
      await either(holds, waitMs);
      if (holds()) return true;
      if (progress.over) return false;
      const actual = progress.gone ? "nothing before the sandbox ended" : `nothing within ${toldMs} ms`;
      facts.push({ about, expected: "it comes", actual, at: note(`awaited in vain: ${about}`) });
      unmet.push(about);
      return false;
    },
  };
}
