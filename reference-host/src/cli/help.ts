/** Help of the command as a whole. */
export const MAIN_HELP = `Usage: sandpipe-host <command>

  run SCRIPT   run an analysis script in a sandbox and print its result
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
  --sandbox COMMAND     what to run in place of sandpipe-sandbox; gets [--runtime R] SCRIPT as arguments
  --timeout SECONDS     end the run after so long (default: 600)
  --trace FILE          write every frame as a JSON line {at, direction, frame}; credentials are left out
  --json                print the whole run report as one JSON object, and nothing else on stdout
  --help                this text

Exit codes:
  0 the script gave a result      1 the script failed      64 wrong usage, or no such script or file
  69 the sandbox couldn't be started, or the store not opened      70 a fault of the host itself
  124 timeout      129, 130, 143 ended by SIGHUP, SIGINT, SIGTERM

Examples:
  sandpipe-host run report.ts --import sales.csv --import regions.parquet
  sandpipe-host run report.ts --store sandpipe.db --project acme --param year=2024
  sandpipe-host run report.ts --json | jq .result
  sandpipe-host run report.ts --runtime node --trace frames.jsonl --timeout 30
`;

/** Help of \`adapter\`. */
export const ADAPTER_HELP = `Usage: sandpipe-host adapter

Speaks the conformance kit's control protocol: JSON lines on stdin and stdout, until "exit" or the end of stdin.

Example:
  sandpipe test host -- sandpipe-host adapter
`;
