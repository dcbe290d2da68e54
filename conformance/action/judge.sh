#!/usr/bin/env bash
# What the action does: judges, writes reports, outputs and the step's summary. Takes INPUT_* and GITHUB_* from the
# environment.
set -uo pipefail

folder=$INPUT_REPORT_FOLDER
mkdir -p "$folder"

if [ "$INPUT_VERSION" = local ]; then
  sandpipe=(npx --no-install sandpipe)
else
  sandpipe=(npx --yes --package "@sandpipe/conformance@$INPUT_VERSION" sandpipe)
fi

# The two inputs are read as a shell reads words, quotes and all, but nothing in them is run or expanded.
read_words() {
  node -e '
    const words = [];
    const pattern = /\s*(?:((?:[^\s"\x27\\]|\\[^]|"(?:[^"\\]|\\[^])*"|\x27[^\x27]*\x27)+)|([^\s]))/gy;
    for (let match; (match = pattern.exec(process.argv[1].trimEnd())); ) {
      if (match[2] !== undefined) { console.error("sandpipe: a quote is not closed: " + process.argv[1]); process.exit(64); }
      words.push(match[1].replace(/\x27([^\x27]*)\x27|"((?:[^"\\]|\\[^])*)"|\\([^])/g,
        (_, plain, quoted, escaped) => plain ?? quoted?.replace(/\\(["\\$`])/g, "$1") ?? escaped));
    }
    process.stdout.write(words.map((word) => word + "\0").join(""));
  ' -- "$1"
}
read_words "$INPUT_COMMAND" > "$folder/.words" || exit 64
mapfile -d '' -t command < "$folder/.words"
read_words "$INPUT_ARGS" > "$folder/.words" || exit 64
mapfile -d '' -t flags < "$folder/.words"
rm "$folder/.words"
[ -n "$INPUT_EXPECT" ] && flags+=(--expect "$INPUT_EXPECT")
[ -n "$INPUT_SHARD" ] && flags+=(--shard "$INPUT_SHARD")

"${sandpipe[@]}" test "$INPUT_ROLE" "${flags[@]}" --report "$folder/report.ndjson" -- "${command[@]}"
code=$?

# Also of a run that was cut: the stream holds what is known.
if [ -s "$folder/report.ndjson" ]; then
  "${sandpipe[@]}" report "$folder/report.ndjson" --html "$folder/report.html" --junit "$folder/report.xml" \
    --badge "$folder/badge.svg" --markdown - >> "$GITHUB_STEP_SUMMARY"
  "${sandpipe[@]}" report "$folder/report.ndjson" --json - | node -e '
    const { verdict, checks } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const count = (wanted) => checks.filter((one) => one.verdict === wanted && !(wanted === "fail" && one.expected?.met)).length;
    console.log(`verdict=${verdict}\npassed=${count("pass")}\nfailed=${count("fail")}`);
  ' >> "$GITHUB_OUTPUT"
else
  echo "Sandpipe could not judge the $INPUT_ROLE: exit code $code, see the log." >> "$GITHUB_STEP_SUMMARY"
fi
printf 'exit-code=%s\nreport=%s\n' "$code" "$folder" >> "$GITHUB_OUTPUT"

[ "$code" -eq 2 ] && [ "$INPUT_FAIL_ON" = does-not-conform ] && code=0
exit "$code"
