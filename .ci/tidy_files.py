#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy on the files named, several at a time, and remembers which were clean.

    tidy_files.py BUILD DATABASE TIDY_ARGUMENT... -- FILE...

A file is not checked again while it, the headers of the repository that it includes, its compiler's flags,
.clang-tidy and clang-tidy's version are what they were: so a check of everything can be stopped and gone on
with. What the headers outside the repository say is taken as given. The memory is a folder of empty files:
$FASTSTAR_TIDY_CACHE, else build/tidy/clean.
"""
import hashlib
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIDY = "clang-tidy-14"
NOISE = (" generated.", " treated as error", "Suppressed ", "Use -header-filter")


def included(root: Path, build: Path) -> dict[str, list[str]]:
    """Files of the repository that each source includes, itself first, as the compiler listed them."""
    lists: dict[str, list[str]] = {}
    text = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    for block in text.split("\n\n"):
        ours = []
        for line in block.splitlines()[1:]:
            path = os.path.relpath(os.path.normpath(build / line.strip()), root)
            if not path.startswith(("..", "build/", ".deps/")):
                ours.append(path)
        if ours:
            lists[ours[0]] = ours
    return lists


def digest(root: Path, common: bytes, command: str, files: list[str]) -> str:
    total = hashlib.sha256(common)
    total.update(command.replace(str(root), "").encode())
    for file in files:
        total.update(file.encode() + b"\0" + hashlib.sha256((root / file).read_bytes()).digest())
    return total.hexdigest()


def main() -> int:
    split = sys.argv.index("--")
    build, database, *arguments = sys.argv[1:split]
    files = sys.argv[split + 1:]
    root = Path.cwd()
    clean = Path(os.environ.get("FASTSTAR_TIDY_CACHE", root / "build/tidy/clean"))
    clean.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    common = version + (root / ".clang-tidy").read_bytes() + "\0".join(arguments).encode()
    commands = {os.path.relpath(entry["file"], root): entry["command"]
                for entry in json.loads((Path(database) / "compile_commands.json").read_text())}
    headers = included(root, (root / build).resolve())

    def stamp(file: str) -> Path | None:
        known = headers.get(file)
        if not known or not all((root / each).is_file() for each in known):
            return None  # not built yet, or by something else than ninja
        return clean / digest(root, common, commands[file], known)

    marks = {file: stamp(file) for file in files}
    left = [file for file in files if not (marks[file] and marks[file].exists())]
    print(f"clang-tidy: {len(left)} files, {len(files) - len(left)} unchanged since they were clean", flush=True)
    failed = []
    printing = threading.Lock()

    def check(file: str) -> None:
        run = subprocess.run([TIDY, "--quiet", "-p", database, *arguments, file], capture_output=True, text=True)
        if run.returncode == 0:
            if marks[file]:
                marks[file].touch()
            return
        said = [line for line in (run.stdout + run.stderr).splitlines() if not any(n in line for n in NOISE)]
        with printing:
            failed.append(file)
            print("\n".join(said), flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(check, left))
    if failed:
        print("clang-tidy: findings in " + ", ".join(sorted(failed)), file=sys.stderr)
    return 1 if failed else 0


sys.exit(main())
