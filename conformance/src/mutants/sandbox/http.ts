import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `http`. */
export const httpMutants = [
  {
    name: "http-retries",
    breaks: "http:call:at-most-once",
    what: "A call whose connection fails is sent once more.",
  },
  {
    name: "http-redirects-followed",
    breaks: "http:redirect:not-followed",
    what: "A call is sent again to where a redirect points.",
  },
  { name: "http-token-in-url", breaks: "http:token:never-in-url", what: "The token is in the URL as well." },
  { name: "http-proxy-used", breaks: "http:proxy:ignored", what: "Calls go through HTTP_PROXY." },
  { name: "http-unix-unknown", breaks: "http:url:both-forms", what: "A URL of the form unix: is refused." },
  {
    name: "http-notifications-at-once",
    breaks: "http:notify:in-order",
    what: "Notifications are sent without waiting for each other.",
  },
  {
    name: "http-result-overtakes",
    breaks: "http:notify:in-order",
    what: "session.result doesn't wait for the notifications before it.",
  },
] as const satisfies readonly Mutant[];
