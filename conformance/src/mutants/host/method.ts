import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `method`. */
export const methodMutants = [
  {
    name: "hidden-method-listed",
    breaks: "method:whitelist:listed",
    what: "session.open lists every method that the host has.",
  },
  {
    name: "last-method-unlisted",
    breaks: "method:whitelist:listed",
    what: "session.open leaves out the last method.",
  },
  {
    name: "whitelist-by-prefix",
    breaks: "method:whitelist:exact",
    what: "A name passes that begins like a whitelisted one.",
  },
  {
    name: "whitelist-ignores-case",
    breaks: "method:whitelist:exact",
    what: "Names are compared in lower case.",
  },
  {
    name: "whitelist-trims",
    breaks: "method:whitelist:exact",
    what: "White space around a name is dropped.",
  },
  {
    name: "whitelist-plain-object",
    breaks: "method:whitelist:prototype-names",
    what: "The whitelist is a plain object: constructor is found on its prototype.",
  },
  {
    name: "hidden-says-forbidden",
    breaks: "method:whitelist:hidden-is-unknown",
    what: "A hidden method has an error code of its own.",
  },
  {
    name: "hidden-oracle-by-message",
    breaks: "method:whitelist:hidden-is-unknown",
    what: "The message tells a hidden method from one that doesn't exist.",
  },
  {
    name: "hidden-executed",
    breaks: "method:whitelist:hidden-is-unknown",
    what: "Every registered method can be called.",
  },
  {
    name: "params-before-whitelist",
    breaks: "method:whitelist:before-params",
    what: "Params are validated before the whitelist is asked.",
  },
  {
    name: "long-name-unknown",
    breaks: "method:name:too-long",
    what: "A method name of any length is just unknown.",
  },
  {
    name: "params-unchecked",
    breaks: "method:params:invalid",
    what: "Params reach the handler unvalidated.",
  },
] as const satisfies readonly Mutant[];
