import type { Call } from "../../arbitraries/traffic.js";
import type { HostSeen, SeenFrame } from "../../target/host-seen.js";
import type { Fact } from "../fact.js";
import { located } from "../host/facts.js";

const TEXT = "a text";

/** The call had exactly one response, and it carries this result. */
export function resultFact(seen: HostSeen, id: string, result: unknown): Fact {
  const { actual, at } = soleAnswer(seen, id);
  return located(`the response to ${JSON.stringify(id)}`, { result }, actual, at);
}

/** The call had exactly one response, and it is an error that is a text. */
export function errorFact(seen: HostSeen, id: string): Fact {
  const { actual, at } = soleAnswer(seen, id);
  const { error } = Object(actual) as { error?: unknown };
  const shown = typeof error === "string" ? { error: TEXT } : actual;
  return located(`the response to ${JSON.stringify(id)}`, { error: TEXT }, shown, at);
}

/** The call had exactly one response, as its model deserves. */
export function deservedFact(seen: HostSeen, { id, deserves }: Call): Fact {
  return "result" in deserves ? resultFact(seen, String(id), deserves.result) : errorFact(seen, String(id));
}

/** No response carries this id. */
export function silenceFact(seen: HostSeen, id: string): Fact {
  const answers = seen.answers(id);
  return located(`responses to ${JSON.stringify(id)}`, 0, answers.length, answers[0]?.at);
}

/** Every object that came has an id that was used; the kit's own barriers are `barrier-N`. */
export function strangersFact(seen: HostSeen, ids: readonly string[]): Fact {
  const known = new Set<unknown>(ids);
  const strangers = seen.frames.filter(({ value: { id } }) => {
    const ours = typeof id === "string" && id.startsWith("barrier-");
    return !ours && !known.has(id);
  });
  const actual = strangers.map(({ value }) => value["id"]);
  return located("responses under ids that nobody used", [], actual, strangers[0]?.at);
}

/** What the one response to an id says; its number where that isn't one. */
function soleAnswer(seen: HostSeen, id: string): { actual: unknown; at: number | undefined } {
  const [first, second] = seen.answers(id);
  if (first === undefined) return { actual: "no response", at: undefined };
  if (second !== undefined) return { actual: `${seen.answers(id).length} responses`, at: second.at };
  return { actual: body(first), at: first.at };
}

/** The founding document's sandbox looks at `error` first, and what is empty counts as none beside a result. */
function body({ value }: SeenFrame): unknown {
  const { error } = value;
  const failed = Object.hasOwn(value, "error") && (Boolean(error) || !Object.hasOwn(value, "result"));
  return failed ? { error } : { result: value["result"] };
}
