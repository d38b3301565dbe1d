#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Sets up, builds, runs every test and the checks: formatting of everything, clang-tidy on what changed.
#   --full        clang-tidy on everything, the sanitizer presets and the headless build too
#   --cpu/--cuda  passed on to setup.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/.ci/common.sh"

full=
setupArguments=()
for argument in "$@"; do
    case "$argument" in
    --full) full=1 ;;
    --cpu | --cuda) setupArguments+=("$argument") ;;
    -h | --help) sed -n '4,6s/^# *//p' "$0"; exit 0 ;;
    *) printf 'usage: ./test.sh [--full] [--cpu | --cuda]\n' >&2; exit 2 ;;
    esac
done

step() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }

"$root/setup.sh" "${setupArguments[@]}"
ensureRuntimeDir

step 'build'
buildPreset release
step 'tests'
(cd "$root" && ctest --preset release)
step 'formatting'
"$root/.ci/format"
step 'clang-tidy'
"$root/.ci/tidy" ${full:+--all}

if [[ -n $full ]]; then
    step 'address and undefined behaviour sanitizers'
    buildPreset asan-ubsan
    (cd "$root" && ctest --preset asan-ubsan)

    step 'thread sanitizer'
    # LibTorch is not instrumented and its thread pools report races that are none: the rooms without it.
    buildPreset tsan tests_domain tests_files tests_store tests_media tests_widgets tests_support tests_studio
    (cd "$root" && ctest --preset tsan)

    step 'headless build'
    buildPreset headless
    frames=$(mktemp -d)
    "$root/build/headless/bin/faststar" generate --prompt 'a green star on a plain black background' \
        --seed 1 --save-frames "$frames/out" --output-dir "$frames"
    [[ -s $frames/out/frame_0000.png && -s $frames/out/frame_0016.png ]] || {
        printf 'headless: no frames were written\n' >&2
        exit 1
    }
    rm -rf "$frames"
fi
step 'all passed'
