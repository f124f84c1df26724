"""Checks that every #include in src/ and include/glasscape/ follows an arrow of the architecture.

    python3 check_includes.py ROOT

Prints one line `file:line: room -> header is no arrow` for each include that does not; exit code 1 if there is any.
"""

import os
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

# What each room may include beside itself: headers below include/glasscape/.
ARROWS = {
    "wrap": [],
    "core": ["wrap/mpi.hpp"],
    "solvers": ["core/*", "wrap/*"],
    "models": ["core/*", "solvers/*"],
    "store": ["core/*", "wrap/*"],
    "sweep": ["core/solution.hpp", "core/errors.hpp", "wrap/mpi.hpp"],  # outcomes and exit codes, never parameters
    "report": ["store/*", "core/*"],
    "app": ["*"],
}
# Headers of the libraries that only wrap may see.
WRAPPED = ["mpi.h", "boost/mpi*", "hdf5*.h", "H5*.h", "petsc*.h", "slepc*.h"]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def place_of(path):
    """`ROOM/rest` of a file below src/ or include/glasscape/; None elsewhere."""
    for prefix in ("src/", "include/glasscape/"):
        if path.startswith(prefix) and path.removeprefix(prefix).split("/")[0] in ARROWS:
            return path.removeprefix(prefix)
    return None


def target_of(path, quote, header):
    """Where an include of our own leads, as `ROOM/rest`; None for a header of a library."""
    if header.startswith("glasscape/"):
        return header.removeprefix("glasscape/")
    if quote == '"':
        return place_of(os.path.normpath(os.path.join(os.path.dirname(path), header)))
    return None


def allowed(room, target, header):
    if target is None:
        return room == "wrap" or not any(fnmatch(header, pattern) for pattern in WRAPPED)
    return target.split("/")[0] == room or any(fnmatch(target, pattern) for pattern in ARROWS[room])


def violations(root):
    """All forbidden includes below `root`, each as one line of text."""
    for file in sorted([*root.glob("src/**/*.[ch]pp"), *root.glob("include/**/*.[ch]pp")]):
        path = file.relative_to(root).as_posix()
        place = place_of(path)
        if place is None:
            yield f"{path}: lies in no room ({', '.join(ARROWS)})"
            continue
        room = place.split("/")[0]
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            include = INCLUDE.match(line)
            if include and not allowed(room, target_of(path, *include.groups()), include[2]):
                yield f"{path}:{number}: {room} -> {include[2]} is no arrow"


def main():
    root = Path(sys.argv[1])
    if not (root / "src").is_dir():
        sys.exit(f"{root}: no src/ here")
    found = list(violations(root))
    print("\n".join(found) or "every include follows an arrow")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
