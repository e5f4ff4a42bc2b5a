#!/bin/sh
# Puts the same load of cached calls on the released server and on ours, one after
# the other on this machine, and prints both results and their ratio.
#
# usage: STEPTOOL_DIR=… STEPTOOL_PYTHON=… load.sh [SECONDS] [CLIENTS]
set -eu
: "${STEPTOOL_DIR:?a checkout of github.com/yuyq18/StepTool}"
: "${STEPTOOL_PYTHON:?a Python with the packages that install.sh installs}"
seconds=${1:-30}
clients=${2:-256}
here=$(cd "$(dirname "$0")" && pwd)
server=$(cd "$STEPTOOL_DIR" && pwd)/stabletoolbench/server/main.py
python=$(cd "$(dirname "$STEPTOOL_PYTHON")" && pwd)/$(basename "$STEPTOOL_PYTHON")
work=$(mktemp -d)
running=
finish() {
    [ -z "$running" ] || kill "$running" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
(cd "$here/../../.." && go build -o "$work/toolserver" ./cmd/toolserver && go build -o "$work/load" ./toolenv/virtual/internal/load)
"$work/load" -make "$work/data"
mkdir -p "$work/released/tools"
cp -r "$work/data/cache" "$work/released/tool_response_cache"
cat > "$work/released/config.yml" <<'END'
{"api_key": "EMPTY", "api_base": "http://127.0.0.1:9/v1", "model": "none", "temperature": 0, "toolbench_url": "http://127.0.0.1:9/virtual", "rapidapi_key": "",
 "tools_folder": "./tools", "cache_folder": "./tool_response_cache", "is_save": true, "port": 18642}
END
# measure NAME PORT: waits until the server on PORT is up, and puts the load on it.
measure() {
    "$python" -c 'import socket, sys, time
for _ in range(300):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close(); break
    except OSError:
        time.sleep(0.1)' "$2"
    "$work/load" -url "http://127.0.0.1:$2/virtual" -requests "$work/data/requests.jsonl" -clients "$clients" -seconds "$seconds" > "$work/$1.json"
    kill "$running"
    wait "$running" 2>/dev/null || true
    running=
    echo "$1 $(cat "$work/$1.json")"
}
(cd "$work/released" && exec "$python" -B "$server") > "$work/released.log" 2>&1 &
running=$!
measure released 18642
"$work/toolserver" -addr 127.0.0.1:18641 -cache "$work/data/cache" > "$work/ours.log" 2>&1 &
running=$!
measure ours 18641
"$python" -c 'import json, sys
released, ours = (json.load(open(p))["requests_per_second"] for p in sys.argv[1:])
print("ratio %.1f" % (ours / released))' "$work/released.json" "$work/ours.json"
