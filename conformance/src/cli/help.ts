/** The text of `sandpipe --help` and of each command's. */
export const HELP = {
  "": `sandpipe: judges whether a host or a sandbox speaks the Sandpipe protocol

  sandpipe test host|sandbox [flags] -- COMMAND…    run the checks
  sandpipe test both -- HOST… ---- SANDBOX…         a real pair, over stdio and over HTTP
  sandpipe init rust|go|python|node [DIR]           an adapter to begin with
  sandpipe smoke host|sandbox -- COMMAND…           is the adapter (or driver) wired up at all? two seconds
  sandpipe replay TOKEN|FILE|DIR -- COMMAND…        run failing cases again
  sandpipe report FILE --html out.html              other forms of a report; merge, diff, badge
  sandpipe list [--role host|sandbox|both] [--json]      the checks; --mutants, --oddities: what the kit is tested by
  sandpipe explain ID                               a requirement: text, intent, checks, mutants
  sandpipe vectors --check -- DECODER…              bytes with their decoding, against any program
  sandpipe trace -- HOST…                           a host's frames, live
  sandpipe self host|sandbox [--fault NAME]         the kit's own subject, right, odd or with one fault

  sandpipe COMMAND --help     examples and flags
  sandpipe --version

Exit codes: 0 conforms; 1 does not; 2 undecided; 64 usage; 69 the subject can't be started; 70 a fault of the kit.`,
  test: `sandpipe test host|sandbox [flags] -- COMMAND…
sandpipe test both [flags] -- HOST COMMAND… ---- SANDBOX COMMAND…

  sandpipe test host -- ./my-host-adapter
  sandpipe test host --only 'call:*' --only cancel --seed 7 -- cargo run --quiet --bin adapter
  sandpipe test sandbox --driver driver.py -- python -m my_sandbox {script}
  sandpipe test both -- ./my-host-adapter ---- my-sandbox {script}    # a real pair, judged by what comes of it
  sandpipe test both --transport http -- ./my-host-adapter ---- my-sandbox {script}
  sandpipe test host --protocol 0 -- ./my-host-adapter                # by the founding draft
  sandpipe test host --profile core --format json -- ./my-host-adapter > report.json
  sandpipe test host -- npx --no-install sandpipe self host --fault ids-as-text    # see a fault being caught

  --only GLOB, --skip GLOB    which checks, by id or area; may be repeated
  --profile core|full|strict  which requirements count (default full; strict: SHOULD counts too)
  --runs N                    sessions a check (default 6; fewer in proportion where they are dear)
  --max-time S                goes on with new cases for so many seconds instead
  --seed N                    the same cases again (default: a new one, told at the end)
  --shard i/n                 one part of the checks, for n machines; \`sandpipe report merge\` joins them
  --jobs N                    sessions at once (default twice the cores and one)
  --timeout-scale X           multiplies every deadline (a slow machine, a debugger)
  --max-check-time S          seconds for one check, beyond which it is undecided (default 60)
  --transport stdio|http|both only the checks of stdio, only those of HTTP (where the subject has it), or both (default);
                              of a pair, each check is there for either
  --protocol 0|1              which version is judged (default 1); 0 is the founding draft, bare JSON lines
  --expect FILE               failures that are known of (YAML); one that passes is an error
  --write-expect FILE         writes such a file; each entry then wants a reason
  --format FORMAT             what stdout gets: pretty (default), json, ndjson, junit, tap, markdown, html, badge
  --report FILE               the report besides, in the form of its extension: .ndjson (written check by check),
                              .json, .xml, .tap, .md, .html, .txt, .svg; may be repeated
  --save DIR                  where failing cases are saved and tried first next time
                              (default .sandpipe/failures; none: nowhere)
  --bail                      stop at the first failure
  --driver FILE               a sandbox's (or a pair's) driver, for languages other than JavaScript
  --postgres URL, --mysql URL servers by which a sandbox's queries are judged (also SANDPIPE_TEST_PG_URL,
                              SANDPIPE_TEST_MYSQL_URL); the kit makes a table of its own there, and drops it`,
  init: `sandpipe init rust|go|python|node [DIR]

  sandpipe init python
  sandpipe init rust my-adapter

Writes an adapter for a host into DIR (default sandpipe-adapter), which smoke finds wired up as it stands; put your host
in the place of the small one in it.`,
  smoke: `sandpipe smoke host|sandbox [--protocol 0|1] [--driver FILE] [--timeout-scale X] -- COMMAND…

  sandpipe smoke host -- ./my-host-adapter
  sandpipe smoke sandbox --driver driver.py -- python -m my_sandbox {script}
  sandpipe smoke host --protocol 0 -- ./my-host-adapter

Says step by step whether the adapter or driver is wired up: a broken adapter is told from a broken implementation.`,
  replay: `sandpipe replay TOKEN|FILE|DIR [--timeout-scale X] [--driver FILE] [--postgres URL] [--mysql URL] -- COMMAND…

  sandpipe replay 0.1.0/call:id:echo-type/7/3/0:1 -- ./my-host-adapter
  sandpipe replay .sandpipe/failures -- ./my-host-adapter
  sandpipe replay .sandpipe/failures/both -- ./my-host-adapter ---- my-sandbox {script}

Says of each case: fixed, failing or error. Exit code 0 when all are fixed, 1 when one fails, 2 when one can't be run.
A token makes its case anew and needs the kit's version that printed it; a saved file needs nothing.`,
  report: `sandpipe report FILE [--FORMAT OUT…]
sandpipe report merge FILE… [--FORMAT OUT…]
sandpipe report diff OLD NEW [--json OUT]
sandpipe report badge FILE

  sandpipe test host --report out.ndjson -- ./my-host-adapter
  sandpipe report out.ndjson --html out.html --junit out.xml
  sandpipe report out.ndjson --markdown - >> "$GITHUB_STEP_SUMMARY"
  sandpipe report merge shard-1.ndjson shard-2.ndjson --json whole.json
  sandpipe report merge rust.ndjson go.ndjson python.ndjson --html grid.html
  sandpipe report diff old.ndjson new.ndjson
  sandpipe report badge out.ndjson > badge.svg

FILE is a report as .ndjson or .json, also of a run that was cut. FORMAT is pretty, json, ndjson, junit, tap, markdown,
html or badge; OUT - is stdout. merge joins the shards of one run; of several subjects it makes one grid (html, markdown
or json). diff exits 1 when something that passed no longer does.`,
  list: `sandpipe list [--role host|sandbox|both] [--protocol 0|1] [--mutants] [--oddities] [--json]

  sandpipe list --role host
  sandpipe list --mutants --json
  sandpipe list --oddities

The checks; or the faults, each of which is caught by the check of the requirement that it breaks; or what is unusual
but right, so that no check may fail on it.`,
  explain: `sandpipe explain ID [--protocol 0|1]

  sandpipe explain call:id:echo-type`,
  vectors: `sandpipe vectors --check [--protocol 0|1] [--timeout-scale X] -- DECODER…
sandpipe vectors --sessions|--http [--timeout-scale X] -- ADAPTER…
sandpipe vectors --copy DIR

  sandpipe vectors --check -- ./my-decoder
  sandpipe vectors --sessions -- ./my-host-adapter
  sandpipe vectors --copy vectors

--check asks a program about every byte stream, cut into reads in many ways: one JSON line in, one out.
--sessions plays every session to a host behind its adapter, --http every exchange over HTTP. --copy writes the files; their README tells the form.`,
  trace: `sandpipe trace [--full] [--to FILE] -- HOST COMMAND…

  sandpipe trace -- sandpipe-host run --sandbox '{tap} sandpipe-sandbox' analysis.ts
  sandpipe trace --full --to frames.txt -- ./my-host --runtime '{tap} my-sandbox' analysis.py

Runs the host and shows each frame between it and its sandbox as it goes by, on stderr. {tap} stands before the sandbox's
command, wherever the host is told it; in the host's environment the same path is SANDPIPE_TAP. Bytes pass unchanged,
secrets are blacked out. Over HTTP nothing goes by the tap. An isolated sandbox can't reach it: switch isolation off.

  --full      long payloads whole
  --to FILE   into a file instead`,
  self: `sandpipe self host [--fault NAME]
sandpipe self sandbox [--fault NAME] SCRIPT

  sandpipe test host -- npx --no-install sandpipe self host
  sandpipe test host -- npx --no-install sandpipe self host --fault ids-as-text
  sandpipe test host -- npx --no-install sandpipe self host --fault reverse-order
  sandpipe list --mutants --oddities

The kit's own host adapter or sandbox: small, right, and able on demand to go wrong in one place, or
to be right in an unusual way: --fault takes the names of both.`,
} as const;

/** A command that exists. */
export type CommandName = Exclude<keyof typeof HELP, "">;
