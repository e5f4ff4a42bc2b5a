#!/usr/bin/env bash
# From a model to a table and back to training, in ToolBench's files, with
# nothing but Go: no Python, no network. docs/toolbench.md shows what it prints.
#
#   docs/toolbench.sh [FOLDER]         a minute and a half on two cores, most of it
#                                      training the model
#   MODEL=runs/7/final docs/toolbench.sh [FOLDER]      with a model that is there
#
# FOLDER (a temporary one) keeps all files.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-$(mktemp -d)}
mkdir -p "$out/bin"
out=$(cd "$out" && pwd)
[ -z "${MODEL:-}" ] || MODEL=$(cd "$MODEL" && pwd)
CGO_ENABLED=0 go build -o "$out/bin/" ./cmd/...
cd "$out"

say() { printf '\n# %s\n' "$*"; }
run() { # prints a command and runs it; eval is also a word of the shell
  echo "\$ $*"
  local name=$1
  shift
  "$out/bin/$name" "$@"
}

quiet() { # quiet LOG COMMAND…: like run, with what it says in a file
  local log=$1 name=$2
  shift 2
  echo "\$ $name $*"
  "$out/bin/$name" "$@" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    exit 1
  }
}

servers=()
trap '[ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true' EXIT
serve() { # serve NAME FLAGS…: starts a tool server and leaves its address in $url
  local name=$1 log=$1.out
  shift
  echo "\$ toolserver $* &"
  "$out/bin/toolserver" -addr 127.0.0.1:0 "$@" >"$log" 2>"$name.err" &
  servers+=($!)
  for _ in $(seq 100); do
    url=$(sed -n 's/^listening on //p' "$log")
    [ -n "$url" ] && return
    sleep 0.1
  done
  echo "$name does not listen:" >&2
  cat "$name.err" >&2
  exit 1
}
stop() {
  kill "${servers[@]}"
  wait "${servers[@]}" 2>/dev/null || true
  servers=()
}

if [ -z "${MODEL:-}" ]; then
  say "A model: trained in the embedded world's smaller form"
  quiet train.log train -quick -seed 1 -precision f32 -out model
  tail -n 2 train.log
  MODEL=model/final
fi

say "Tasks and tools, in ToolBench's files"
run convert world -quick -sets I1-inst,I3 -n 30 -out bench

play() { # play METHOD OUT FLAGS…: the tasks, at most 7 turns a chain and 14 calls a task
  local method=$1 to=$2
  shift 2
  run rollout -queries bench/test_instruction -tool-root bench/tools -policy "local:$MODEL" \
    -method "$method" -max-step 21 -budget-turns 7 -budget-calls 14 -out "$to" "$@"
}

say "Both searches with live tools: the tool server stores what they answer, the recorder every call"
serve world -world -quick
serve keeper -cache tool_response_cache -real "$url"
play CoT@1 live/cot -tools "$url" -record calls/cot
play DFS_woFilter_w2 live/dfs -tools "$url" -record calls/dfs
stop

say "A replay of the calls, without any server, gives the same bytes"
play DFS_woFilter_w2 replayed/dfs -replay calls/dfs >/dev/null
diff -r live/dfs replayed/dfs
echo "no difference in $(find replayed -name '*_*.json' | wc -l) outputs"

say "Both searches with stored tools alone (a tool server stores no errors: those calls fail now)"
serve stored -cache tool_response_cache
play CoT@1 raw/cot -tools "$url"
play DFS_woFilter_w2 raw/dfs -tools "$url"
stop

say "Converted, judged (by rules: the export knows the right answers), in a table"
for method in cot dfs; do
  run convert answers -out "converted/$method" "raw/$method"
  run eval judge -rules -queries bench/test_instruction -answers "converted/$method" -out "results/ours_$method"
done
run eval answers -answers results -tasks bench/test_instruction -show scores,audit,errors

say "And back to training: steps annotated, as rows for the offline trainer"
for set in I1-inst I3; do
  run annotate -by rules -queries bench/test_instruction -answers "converted/dfs/$set.json" -out "annotated/$set.json"
  run convert ppo -template toolllama -annotations "annotated/$set.json" -out "ppo-$set.csv" "converted/dfs/$set.json"
done
quiet offline.log train -data ppo-I1-inst.csv -model "$MODEL" -template toolllama -steps 2 -set data.action_tokens=400 -out offline
tail -n 2 offline.log
echo
echo "everything is in $out"
