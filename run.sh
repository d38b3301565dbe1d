#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Sets up, builds what changed and opens the studio. Without a display: generates the demo clip into the
# current folder and prints its path. With arguments: runs the faststar command with them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/.ci/common.sh"

"$root/setup.sh"
# The OpenMP library's threads sleep between tasks instead of spinning: beside other programs spinning
# cost more than a third of the processor's time.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

if (($# == 0)); then
    if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
        buildPreset release faststar-studio faststar_translations
        exec "$root/build/release/bin/faststar-studio"
    fi
    printf 'run.sh: no display (DISPLAY and WAYLAND_DISPLAY are empty), so the demo clip is made instead of opening the studio\n' >&2
    set -- generate --prompt 'a red circle moving right on a plain blue background' --seed 1
fi
buildPreset release faststar faststar_translations
exec "$root/build/release/bin/faststar" "$@"
