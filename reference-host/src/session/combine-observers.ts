import type { Observer, WatchedCall } from "./observer.js";

type Listener = (...facts: never[]) => void;

/** Named one by one, for an observer may be an object of a class, whose members are not its own. */
const MEMBERS = Object.keys({
  print: true,
  progress: true,
  emit: true,
  violation: true,
  violated: true,
  frame: true,
  bytes: true,
  opened: true,
  callStarted: true,
  aroundHandler: true,
  callAnswered: true,
  requestRefused: true,
  warning: true,
  handlerFailed: true,
} satisfies Record<keyof Observer, true>) as (keyof Observer)[];

/** One observer that tells several, in their order; handlers run inside of all of them. */
export function combineObservers(observers: readonly Observer[]): Observer {
  const combined: Record<string, unknown> = {};
  for (const name of MEMBERS) {
    const having = observers.filter((observer) => observer[name] !== undefined);
    if (having.length === 0) continue;
    if (name === "aroundHandler") combined[name] = nest(having);
    else combined[name] = tellAll(having.map((observer) => (observer[name] as Listener).bind(observer)));
  }
  return combined;
}

function tellAll(listeners: readonly Listener[]): Listener {
  // Most have one listener, on the path of every call.
  const [only] = listeners;
  if (listeners.length === 1 && only) return only;
  return (...facts) => {
    for (const listener of listeners) listener(...facts);
  };
}

function nest(observers: readonly Observer[]): NonNullable<Observer["aroundHandler"]> {
  return <T>(call: WatchedCall, handle: () => T): T =>
    observers.reduceRight<() => T>(
      (inner, observer) => () => (observer.aroundHandler ? observer.aroundHandler(call, inner) : inner()),
      handle,
    )();
}
