#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Sets up, builds what changed and runs faststar with the given arguments. Without any: generates the
# demo clip into the current folder and prints its path.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/.ci/common.sh"

"$root/setup.sh"
buildPreset release faststar faststar_translations

if (($# == 0)); then
    set -- generate --prompt 'a red circle moving right on a plain blue background' --seed 1
fi
# The OpenMP library's threads sleep between tasks instead of spinning: beside other programs spinning
# cost more than a third of the processor's time.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
exec "$root/build/release/bin/faststar" "$@"
