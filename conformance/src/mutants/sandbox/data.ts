import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `data`. */
export const dataMutants = [
  {
    name: "query-as-call",
    breaks: "data:query:no-frame",
    what: "A query is told to the host by a notification.",
  },
  {
    name: "bigint-as-text",
    breaks: "data:query:value-forms",
    what: "In DuckDB a 64-bit integer is text, however small.",
  },
  {
    name: "decimal-as-number",
    breaks: "data:query:value-forms",
    what: "In DuckDB a decimal is a number, its scale lost.",
  },
  {
    name: "first-mark-dropped",
    breaks: "data:query:value-forms",
    what: "In DuckDB a text loses the byte order mark that it begins with.",
  },
  {
    name: "columns-dropped",
    breaks: "data:query:columns-kept",
    what: "Of columns with one name the last is kept.",
  },
  {
    name: "datasource-writable",
    breaks: "data:query:read-only",
    what: "A datasource takes writes whatever its entry says.",
  },
  {
    name: "truncate-allowed",
    breaks: "data:query:read-only",
    what: "A MariaDB datasource is read-only by a transaction alone, which TRUNCATE ends.",
  },
  {
    name: "timeout-local",
    breaks: "data:query:limits-reach-server",
    what: "A query that is given up runs on on its server.",
  },
  {
    name: "lost-query-hangs",
    breaks: "data:query:lost-connection",
    what: "A query whose connection is lost never ends.",
  },
  {
    name: "lost-query-ends-process",
    breaks: "data:query:lost-connection",
    what: "When a query loses its connection the process ends with 0.",
  },
  {
    name: "lost-for-ever",
    breaks: "data:query:lost-connection",
    what: "After a lost connection every query of its datasource fails.",
  },
  {
    name: "duckdb-reads-anything",
    breaks: "data:duckdb:confined",
    what: "DuckDB reads and writes wherever the process may.",
  },
  {
    name: "zones-want-extension",
    breaks: "data:duckdb:offline",
    what: "Time zones are in an extension, which can't be fetched.",
  },
  {
    name: "load-pretended",
    breaks: "data:duckdb:offline",
    what: "An extension that isn't there is said to be loaded.",
  },
  {
    name: "stop-hits-next",
    breaks: "data:query:next-unharmed",
    what: "What stops a query stops the next one too.",
  },
  {
    name: "tls-downgraded",
    breaks: "data:query:tls-never-downgraded",
    what: "A server that refuses TLS is connected to in plain text.",
  },
  {
    name: "tls-word-ignored",
    breaks: "data:query:tls-never-downgraded",
    what: "A word for TLS that isn't known means none.",
  },
  {
    name: "local-infile-offered",
    breaks: "data:query:no-local-infile",
    what: "A MySQL server that asks for a file gets it.",
  },
  {
    name: "parameters-pasted",
    breaks: "data:query:parameters-bound",
    what: "Parameters are put into the statement as quoted text.",
  },
] as const satisfies readonly Mutant[];
