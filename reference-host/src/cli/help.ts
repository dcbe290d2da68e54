/** Help of the command as a whole. */
export const MAIN_HELP = `Usage: sandpipe-host <command>

  run SCRIPT   run an analysis script in a sandbox and print its result
  serve        serve scripts that are started by hand, over HTTP
  trace FILE   show the frames of a run that was made with --trace, as one page for a browser
  openrpc      print what scripts may call, as an OpenRPC document
  adapter      answer the conformance kit on stdin and stdout

  --help       this text; after a command, the command's own
  --version    the version of this host

Examples:
  sandpipe-host run report.ts --import sales.csv
  sandpipe test host -- sandpipe-host adapter
`;

/** Help of \`run\`. */
export const RUN_HELP = `Usage: sandpipe-host run SCRIPT [options]

Runs SCRIPT (JavaScript or TypeScript, default export "async (ctx) => result") in a sandbox process and answers
its calls. What it prints goes to stdout and stderr while it runs; then its result: a table where it is one, else
JSON.

  --import FILE         put a file into the store first, where the script finds it (repeatable)
  --project NAME        the project that the run belongs to; made when new (default: default)
  --conversation ID     the conversation, likewise (default: none: the script sees the project's own files)
  --params JSON         what the script gets as ctx.params
  --param NAME=VALUE    one member of it; VALUE is JSON, or else text (repeatable)
  --store WHERE         keep projects and files in this file, or in the PostgreSQL database of a postgres:// URL
                        (default: gone at the end)
  --runtime bun|node    the sandbox's runtime (default: the sandbox's own choice)
  --transport KIND      what the sandbox is told to speak: stdio (default), http, or auto: stdio first, then http
  --http tcp|unix       where http is served: a port of 127.0.0.1 (default), or a Unix socket, as always when isolated
  --protocol 0|1|0,1    the versions of the protocol to offer (default: 1); 0 is the founding document's, without
                        authentication over http
  --sandbox COMMAND     what to run in place of sandpipe-sandbox; gets [--runtime R] SCRIPT as arguments
  --timeout SECONDS     end the run after so long (default: 600)
  --isolation MODE      auto, bwrap or none: no network, no host files, no other processes (default: auto: where
                        bubblewrap works, with a warning where it doesn't; bwrap: exit 69 where it doesn't)
  --readable PATH       what else the script may read, isolated; its own folder it may (repeatable)
  --datasource NAME=URL a database for ctx.datasource(NAME), read-only: postgres:// or mysql://, or the path of a
                        DuckDB file (repeatable)
  --memory MIB          end a script that takes more memory (at least 2560 where no cgroup is delegated to the host)
  --cpu SECONDS         end a process that takes more processor time
  --file-size MIB       how large a file may grow      --open-files N   how many a process may have open
  --methods FILE        also offer the methods that this module exports by default, made by defineMethod (repeatable)
  --trace FILE          write every frame as a JSON line {time, at, session, transport, direction, frame}; credentials
                        and tokens are left out
  --log-level LEVEL     write JSON lines on what happens to stderr: silent, error, warn, info or debug (default: silent)
  --json                print the whole run report as one JSON object, and nothing else on stdout
  --help                this text

Exit codes:
  0 the script gave a result      1 the script failed      64 wrong usage, or no such script or file
  69 the sandbox couldn't be started or isolated, or the store not opened      70 a fault of the host itself
  124 timeout      129, 130, 143 ended by SIGHUP, SIGINT, SIGTERM

Examples:
  sandpipe-host run report.ts --import sales.csv --import regions.parquet
  sandpipe-host run report.ts --store sandpipe.db --project acme --param year=2024
  sandpipe-host run report.ts --json | jq .result
  sandpipe-host run report.ts --runtime node --trace frames.jsonl --timeout 30
`;

/** Help of \`serve\`. */
export const SERVE_HELP = `Usage: sandpipe-host serve [options]

A backend that runs apart from its scripts, for development: prints what a script needs in its environment to open a
session over HTTP, and shows the prints and the result of each. A session ends 2 s after its result, or when no
request came for --idle; its token is void from then on. Ctrl-C ends it.

  --port N              listen on this port of 127.0.0.1 (default: any free one)
  --socket PATH         listen on a Unix socket instead, readable by you alone
  --import FILE         put a file into the store first, where scripts find it (repeatable)
  --project NAME        the project of the sessions; made when new (default: default)
  --conversation ID     the conversation, likewise (default: none: scripts see the project's own files)
  --store FILE          keep projects and files in this file, or in postgres://… (default: gone at the end)
  --idle SECONDS        end a session after so long without a request (default: 600)
  --protocol 0|1|0,1    the versions of the protocol to offer (default: 1). 0 is the founding document's, and has no
                        authentication: every program and user of this machine may list the files of --project and
                        --conversation (with --socket you alone), and nothing else: for development only
  --methods FILE        also offer the methods that this module exports by default, made by defineMethod (repeatable)
  --trace FILE          write every frame as a JSON line {time, at, session, transport, direction, frame}; credentials
                        and tokens are left out
  --log-level LEVEL     write JSON lines on what happens to stderr: silent, error, warn, info or debug (default: warn)
  --help                this text

More sessions, by the operator's token that is printed at the start:
  POST /api/mcp/sessions          {"project"?: NAME, "conversation"?: ID} gives {"session", "token", "url"}
  DELETE /api/mcp/sessions/{id}   ends one

Exit codes: 0 ended by a signal, 64 wrong usage, 69 it can't listen or open its store, 70 a fault of the host itself

Examples:
  sandpipe-host serve --import sales.csv
  sandpipe-host serve --port 8000 --store sandpipe.db --project acme
  curl -H "Authorization: Bearer $SANDPIPE_HTTP_TOKEN" "$SANDPIPE_HTTP_URL/api/mcp/files"
  sandpipe-host serve --port 8000 --protocol 0 --conversation c1
  curl "http://127.0.0.1:8000/api/mcp/files?conversation_id=c1"
`;

/** Help of \`openrpc\`. */
export const OPENRPC_HELP = `Usage: sandpipe-host openrpc [options]

Prints what a script may call of this host as an OpenRPC document.

  --methods FILE   with the methods that this module exports by default, made by defineMethod (repeatable)
  --help           this text

Exit codes: 0, or 64 for wrong usage or a module without methods

Example:
  sandpipe-host openrpc --methods methods.mjs > openrpc.json
`;

/** Help of \`adapter\`. */
export const ADAPTER_HELP = `Usage: sandpipe-host adapter

Speaks the conformance kit's control protocol: JSON lines on stdin and stdout, until "exit" or the end of stdin.

Example:
  sandpipe test host -- sandpipe-host adapter
`;

/** Help of `trace`. */
export const TRACE_HELP = `Usage: sandpipe-host trace FILE [options]

Writes what run or serve recorded with --trace FILE as one page: who sent what to whom and when, what is in flight,
each payload, filters by method, id and text. The page holds everything itself and asks the network for nothing.

  --to PAGE   where the page is written (default: FILE.html)
  --open      open it in the browser
  --help      this text

Example:
  sandpipe-host run report.ts --trace frames.jsonl && sandpipe-host trace frames.jsonl --open
`;
