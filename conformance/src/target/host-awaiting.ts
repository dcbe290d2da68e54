import type { Fact } from "../checks/fact.js";
import type { SeenFrame } from "./host-seen.js";
import type { Waiting } from "./waiting.js";

type Id = string | number;

/** Waits of one session for things that must come; what doesn't is a fact by itself. */
export interface HostAwaiting {
  /** A request with this id went out. */
  sent(id: Id): void;
  /** One answer more for each time that an id is awaited, as far as so many requests with it were sent. */
  ids(ids: readonly Id[]): Promise<boolean>;
  named(about: string, holds: () => boolean, withinMs?: number): Promise<boolean>;
  readonly missing: readonly Id[];
  readonly unmet: string[];
}

export interface HostAwaitingParts {
  readonly waiting: Waiting;
  readonly deadlineMs: number;
  readonly facts: Fact[];
  answers(id: Id): readonly SeenFrame[];
  note(text: string): number;
  /** Whether the run has ended, or the session was given up. */
  state(): "running" | "ended" | "abandoned";
}

const keyOf = (id: Id): string => `${typeof id}:${id}`;

/** Creates a session's waits. */
export function createHostAwaiting(parts: HostAwaitingParts): HostAwaiting {
  const { waiting, deadlineMs, facts, answers, note, state } = parts;
  const sent = new Map<string, number>();
  const awaited = new Map<string, number>();
  const missing: Id[] = [];
  const unmet: string[] = [];

  /** After the first thing that did not come nothing later can be trusted to: the rest of the plan is left out. */
  const must = async (about: () => string, holds: () => boolean, ms = deadlineMs): Promise<boolean> => {
    await waiting.until(() => holds() || state() !== "running", ms);
    if (holds()) return true;
    if (state() === "abandoned") return false;
    const actual = state() === "running" ? `nothing within ${ms} ms` : "nothing before the run ended";
    facts.push({ about: about(), expected: "it comes", actual, at: note(`awaited in vain: ${about()}`) });
    return false;
  };

  return {
    sent: (id) => void sent.set(keyOf(id), (sent.get(keyOf(id)) ?? 0) + 1),
    async ids(ids) {
      const wanted = ids.map((id) => {
        const count = (awaited.get(keyOf(id)) ?? 0) + 1;
        awaited.set(keyOf(id), count);
        return { id, count: Math.min(count, Math.max(1, sent.get(keyOf(id)) ?? 0)) };
      });
      const lacking = (): Id[] =>
        wanted.filter(({ id, count }) => answers(id).length < count).map(({ id }) => id);
      const names = (): string =>
        lacking()
          .map((id) => JSON.stringify(id))
          .join(", ");
      const held = await must(
        () => `a response to ${names()}`,
        () => lacking().length === 0,
      );
      if (!held && state() !== "abandoned") missing.push(...lacking());
      return held;
    },
    async named(about, holds, ms = deadlineMs) {
      const held = await must(() => about, holds, ms);
      if (!held && state() !== "abandoned") unmet.push(about);
      return held;
    },
    missing,
    unmet,
  };
}
