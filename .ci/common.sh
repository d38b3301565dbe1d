# SPDX-License-Identifier: Apache-2.0
# Shared by run.sh and test.sh: configuring and building a preset, quietly unless it fails.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${FASTSTAR_DEPS:-$root/.deps}
jobs=$(nproc)

# A private XDG_RUNTIME_DIR where the machine has none: Qt warns without it.
ensureRuntimeDir() {
    if [[ -z ${XDG_RUNTIME_DIR:-} || ! -d ${XDG_RUNTIME_DIR:-} ]]; then
        XDG_RUNTIME_DIR=$(mktemp -d)
        export XDG_RUNTIME_DIR
        chmod 700 "$XDG_RUNTIME_DIR"
        # shellcheck disable=SC2064  # the folder as it is now
        trap "rm -rf '$XDG_RUNTIME_DIR'" EXIT
    fi
}

# Runs a command into a log. On a terminal the newest line is shown in place; the whole log's end
# where it failed.
quietly() {
    local log=$1 status=0
    shift
    mkdir -p "$(dirname "$log")"
    if [[ -t 2 && ${TERM:-dumb} != dumb ]]; then
        local width line
        width=$(tput cols 2>/dev/null || echo 80)
        "$@" </dev/null 2>&1 | tee "$log" | while IFS= read -r line; do
            printf '\r\033[K%s' "${line:0:width-1}" >&2
        done || status=$?
        printf '\r\033[K' >&2
    else
        "$@" </dev/null >"$log" 2>&1 || status=$?
    fi
    if ((status != 0)); then
        tail -n 60 "$log" >&2
        printf 'failed: %s\nThe whole log: %s\n' "$*" "$log" >&2
    fi
    return "$status"
}

# buildPreset PRESET [TARGET...]: all targets without one.
buildPreset() {
    local preset=$1 folder=$root/build/$1
    shift
    if ! grep -qsxF "FASTSTAR_DEPS:PATH=$deps" "$folder/CMakeCache.txt" || [[ ! -f $folder/build.ninja ]]; then
        quietly "$folder/configure.log" cmake -S "$root" --preset "$preset" "-DFASTSTAR_DEPS:PATH=$deps" || return
    fi
    quietly "$folder/build.log" cmake --build "$folder" --parallel "$jobs" ${1+--target "$@"}
}
