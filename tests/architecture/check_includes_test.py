"""check_includes.py finds what it should, on small made-up trees."""

import tempfile
import unittest
from pathlib import Path

from check_includes import violations


def violations_of(**files):
    """The violations in a tree of `path="text"`, where `__` in a path stands for `/` and .cpp is appended."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name.replace("__", "/") + ".cpp")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return list(violations(Path(folder)))


class CheckIncludes(unittest.TestCase):
    def test_arrows_are_allowed(self):
        self.assertEqual([], violations_of(
            src__wrap__hdf5="#include <hdf5.h>\n#include <boost/mpi/communicator.hpp>\n",
            src__core__a='#include "glasscape/core/b.hpp"\n#include "glasscape/wrap/mpi.hpp"\n#include <vector>\n',
            src__models__pspin__a='#include "b.hpp"\n#include "../q.hpp"\n#include "glasscape/solvers/march.hpp"\n',
            src__sweep__a='#include "glasscape/core/solution.hpp"\n#include <thread>\n',
            src__app__a='#include "glasscape/models/registry.hpp"\n#include "glasscape/sweep/dispatch.hpp"\n'))

    def test_names_file_line_and_arrow(self):
        self.assertEqual(["src/sweep/a.cpp:2: sweep -> glasscape/models/registry.hpp is no arrow"],
                         violations_of(src__sweep__a='\n#include "glasscape/models/registry.hpp"\n'))

    def test_finds_each_forbidden_arrow(self):
        forbidden = {
            "wrap": ["glasscape/core/errors.hpp"],
            "core": ["glasscape/wrap/hdf5.hpp", "glasscape/store/a.hpp", "glasscape/models/registry.hpp"],
            "solvers": ["glasscape/models/registry.hpp", "glasscape/store/a.hpp"],
            "models": ["glasscape/sweep/dispatch.hpp", "glasscape/wrap/petsc.hpp", "glasscape/store/a.hpp"],
            "store": ["glasscape/sweep/dispatch.hpp", "glasscape/models/registry.hpp"],
            "sweep": ["glasscape/core/parameters.hpp", "glasscape/wrap/hdf5.hpp", "glasscape/store/a.hpp"],
            "report": ["glasscape/wrap/hdf5.hpp", "glasscape/models/registry.hpp", "glasscape/app/verbs.hpp"],
        }
        for room, headers in forbidden.items():
            for header in headers:
                for form in (f'#include "{header}"', f" # include <{header}>"):
                    self.assertEqual(1, len(violations_of(**{f"src__{room}__a": form})), f"{room}: {form}")

    def test_libraries_belong_to_wrap(self):
        for header in ("mpi.h", "hdf5.h", "hdf5_hl.h", "H5DSpublic.h", "petscts.h", "slepceps.h", "boost/mpi.hpp",
                       "boost/mpi/collectives.hpp"):
            self.assertEqual(1, len(violations_of(src__store__a=f"#include <{header}>")), header)

    def test_relative_includes_count(self):
        self.assertEqual(["src/models/a.cpp:1: models -> ../sweep/b.hpp is no arrow"],
                         violations_of(src__models__a='#include "../sweep/b.hpp"'))

    def test_public_headers_count(self):
        self.assertEqual(1, len(violations_of(include__glasscape__core__a='#include "glasscape/store/b.hpp"')))

    def test_every_file_lies_in_a_room(self):
        self.assertEqual(1, len(violations_of(src__helpers__a="")))
        self.assertEqual(1, len(violations_of(include__glasscape__everything="")))


if __name__ == "__main__":
    unittest.main()
