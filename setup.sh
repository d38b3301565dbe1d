#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what building and testing need: packages of Debian 12 / Ubuntu 24.04, and LibTorch from
# PyPI in a private environment. Says nothing and changes nothing when all of it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
usage: ./setup.sh [--cpu | --cuda] [--headless]

  --cpu       LibTorch for the processor alone: 530 MB to download, 1.2 GB on disk
  --cuda      LibTorch with CUDA and the CUDA 13.0 toolkit: about 2.5 GB to download, 4.2 GB on disk
              (default: --cuda where an NVIDIA driver is found, else --cpu; an earlier choice stays)
  --headless  only what the engine and the faststar command need: no Qt, FFmpeg or OpenCV, no checks

environment:
  FASTSTAR_DEPS  where LibTorch goes (default: .deps beside this script)
TEXT
}

flavour=
headless=
for argument in "$@"; do
    case "$argument" in
    --cpu | --cuda) flavour=${argument#--} ;;
    --headless) headless=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
done

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

# --- packages -------------------------------------------------------------------------------------
# The compiler and its helpers; what the engine and the command link.
packages=(
    g++ cmake ninja-build ccache mold pkg-config git python3-venv ca-certificates
    libspdlog-dev libcli11-dev nlohmann-json3-dev libsentencepiece-dev libexpected-dev libpng-dev libzip-dev
    libsqlitecpp-dev libsqlite3-dev
)
# The studio's toolkit, film and picture libraries (ffmpeg is for ffprobe in the tests), the checks,
# and the fonts of the painted views: a bare machine has none.
if [[ -z $headless ]]; then
    packages+=(
        qt6-base-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-svg-dev
        libavcodec-dev libavformat-dev libavutil-dev libswscale-dev ffmpeg libopencv-dev libimgui-dev
        clang-format-14 clang-tidy-14 fonts-inter fonts-jetbrains-mono
    )
fi

installPackages() {
    command -v dpkg-query >/dev/null || fail "needs a Debian 12 or Ubuntu 24.04 system; install by hand: ${packages[*]}"
    local present missing=() package
    present=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${packages[@]}" 2>/dev/null |
        sed -n 's/^ii *//p' || true)
    for package in "${packages[@]}"; do
        grep -qxF "$package" <<<"$present" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "these packages are missing and there is no sudo. As root, run:
  apt-get update && apt-get install --no-install-recommends -y ${missing[*]}"
        root=(sudo)
    fi
    say "installing packages${root:+ with sudo}: ${missing[*]}"
    "${root[@]}" apt-get -q update >&2 || fail "apt-get update failed"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install --no-install-recommends -y \
        "${missing[@]}" </dev/null >&2 || fail "apt-get install failed"
}

# --- LibTorch -------------------------------------------------------------------------------------
# The wheel holds the C++ headers and libraries. Its CPU half needs only two of NVIDIA's libraries;
# with CUDA come all of them and a whole toolkit that matches.
deps=${FASTSTAR_DEPS:-$PWD/.deps}
stamp=$deps/libtorch.txt

wheelsOf() {
    case "$1" in
    cpu) echo 'torch==2.11.0 nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85' ;;
    cuda) echo 'torch==2.11.0 cuda-toolkit[nvcc,crt,nvvm,cccl,cudart,cublas,nvtx,nvrtc]==13.0.2' ;;
    esac
}

hasDriver() { [[ -e /proc/driver/nvidia/version ]] || { command -v nvidia-smi && nvidia-smi -L; } >/dev/null 2>&1; }

# Does the environment hold exactly these wheels? The versions' own folders say so, so that one made
# by an older script, or by hand with the same commands, is taken as it is.
holds() {
    local wheel name site
    for wheel in $(wheelsOf "$1"); do
        name=${wheel%%[=[]*}
        site=$(compgen -G "$deps/venv/lib/python3*/site-packages/${name//-/_}-${wheel##*==}.dist-info/RECORD") || return 1
        [[ -n $site ]] || return 1
    done
}

installLibTorch() {
    local kept='' wanted=$1 chosen=$1
    # First line of the stamp: the flavour and whether it was asked for.
    [[ -f $stamp ]] && kept=$(head -n 1 "$stamp")
    if [[ -z $wanted ]]; then
        wanted=cpu
        hasDriver && wanted=cuda
        # What was asked for once stays, and the CUDA half contains the other.
        case "$kept" in
        'cpu asked') wanted=cpu ;;
        cuda*) wanted=cuda ;;
        esac
    fi
    local text
    text="$wanted $([[ -n $chosen || $kept == "$wanted asked" ]] && echo asked || echo found)"$'\n'"$(wheelsOf "$wanted")"
    [[ -f $stamp && -d $deps/venv && $(<"$stamp") == "$text" ]] && return 0
    if holds "$wanted"; then
        printf '%s\n' "$text" >"$stamp"
        return 0
    fi

    # The system's own python3 is the one that python3-venv belongs to.
    local python=/usr/bin/python3 needGiB=3 size='530 MB to download, 1.2 GB on disk' options=(--no-deps)
    [[ -x $python ]] || python=python3
    if [[ $wanted == cuda ]]; then
        needGiB=10 size='about 2.5 GB to download, 4.2 GB on disk' options=()
    fi
    mkdir -p "$deps"
    local freeGiB
    freeGiB=$(($(df -Pk "$deps" | awk 'NR == 2 { print $4 }') / 1048576))
    ((freeGiB >= needGiB)) || fail "LibTorch needs $needGiB GiB free in $deps while it is unpacked; $freeGiB GiB are"
    say "installing LibTorch ($wanted: $size) into $deps:" "$(wheelsOf "$wanted")"

    # Made beside its place and moved there when complete; pip's own files stay in there too.
    work=$(mktemp -d "$deps/unfinished.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    "$python" -m venv "$work/venv" || fail "could not make a Python environment with $python"
    mkdir "$work/tmp"
    # shellcheck disable=SC2046  # one argument a wheel
    TMPDIR="$work/tmp" PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 "$work/venv/bin/python" -m pip install \
        --quiet --no-cache-dir --no-compile --only-binary :all: "${options[@]}" \
        $(wheelsOf "$wanted") </dev/null >&2 || fail "pip could not install LibTorch"
    if [[ $wanted == cuda ]]; then # a compiler for Python programs, 640 MB
        "$work/venv/bin/python" -m pip --disable-pip-version-check uninstall --quiet -y triton </dev/null >&2
    fi
    rm -rf "$stamp" "$deps/venv"
    mv "$work/venv" "$deps/venv"
    printf '%s\n' "$text" >"$stamp"
    say "LibTorch is ready"
}

installPackages
installLibTorch "$flavour"
