#!/usr/bin/env bash
# CPU time a message of two sinks on the same work, in turns: Postfix's smtp-sink and posthaste sink.
# Needs two idle cores and Postfix's smtp-source and smtp-sink (Debian: postfix). Loopback only; ends what it started.
# usage: docs/benchmarks/2026-11-22-sink/repeat.sh [ROUNDS]
set -euo pipefail
rounds=${1:-5}
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
ticks=$(getconf CLK_TCK)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

cpu() { # PID: user and system time so far, in clock ticks
    awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

await() { # PORT
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    exit 1
}

measure() { # PID PORT MESSAGES OPTION...: microseconds of CPU a message
    local before after pid=$1 port=$2 messages=$3
    shift 3
    before=$(cpu "$pid")
    taskset -c 1 smtp-source -f s@example.test -t u@example.test "$@" -m "$messages" "127.0.0.1:$port"
    after=$(cpu "$pid")
    awk -v t="$((after - before))" -v hz="$ticks" -v n="$messages" 'BEGIN { printf "%.1f", t * 1e6 / hz / n }'
}

compare() { # NAME MESSAGES OPTION...
    local name=$1 messages=$2 theirs ours
    shift 2
    for _ in 1 2 3; do # warm both
        measure "$sink" 2720 "$messages" "$@" >/dev/null
        measure "$posthaste" 2722 "$messages" "$@" >/dev/null
    done
    for _ in $(seq "$rounds"); do
        theirs=$(measure "$sink" 2720 "$messages" "$@")
        ours=$(measure "$posthaste" 2722 "$messages" "$@")
        awk -v n="$name" -v a="$ours" -v b="$theirs" \
            'BEGIN { printf "%-6s posthaste %8.1f us  smtp-sink %8.1f us  ratio %.3f\n", n, a, b, a / b }'
    done
}

"$home/posthaste" --version >&2
taskset -c 0 smtp-sink -u "$(id -un)" 127.0.0.1:2720 1024 &
sink=$!
pids+=("$sink")
taskset -c 0 "$home/posthaste" sink --listen 127.0.0.1:2722 --reactors 1 >/dev/null &
posthaste=$!
pids+=("$posthaste")
await 2720
await 2722
compare kept 20000 -d -s 20 -l 4096
compare fresh 5000 -s 20 -l 4096
compare large 400 -d -s 4 -l 1000000
