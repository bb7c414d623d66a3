"""What scripts/check-floors accepts and refuses, on small trees with and without faults."""

import os
import subprocess
import sys
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "check-floors")


class CheckFloorsTest(unittest.TestCase):

    def findings(self, files):
        """Returns the lines that the script prints for a tree of {path: text}; checks its status against them."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True, check=False)
            self.assertEqual(done.stderr, "")
            lines = done.stdout.splitlines()
            self.assertEqual(done.returncode, 1 if lines else 0)
            return lines

    def test_good_tree(self):
        self.assertEqual(self.findings({
            "CMakeLists.txt": "",
            "CMakePresets.json": "",
            "README.md": "",
            "LICENSE": "",
            ".gitignore": "",
            ".ci/run": "",
            "scripts/build": "",
            "build/release/junk.h": '#include "engine/Anything.h"\n',
            "data/tpch/region.tbl": "",
            "runtime/Types.h": "#include <vector>\n#include <fmt/format.h>\n",
            "runtime/kernels/Add.h": '#include "runtime/Types.h"\n#include "../Types.h"\n#include "Beside.h"\n',
            "runtime/kernels/Beside.h": "",
            "operators/Plan.h": '#include "runtime/Types.h"\n',
            "interpreter/Runner.cpp": '#include "operators/Plan.h"\n#include "runtime/Types.h"\n',
            "codegen/Emit.cpp": '#include "operators/Plan.h"\n#include <llvm/IR/IRBuilder.h>\n#include "clang/AST/AST.h"\n',
            "engine/Engine.cpp": '#include "interpreter/Runner.h"\n#include "operators/Plan.h"\n',
            "cli/main.cpp": '#include "engine/Engine.h"\n#include "codegen/Runners.h"\n#include "interpreter/Runners.h"\n',
            "tests/codegen/IrTest.cpp": "#include <llvm/IR/Module.h>\n",
        }), [])

    def test_include_goes_up(self):
        lines = self.findings({"runtime/Types.h": '// Types\n\n#include "operators/Plan.h"\n'})
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].startswith("runtime/Types.h:3: "), lines[0])
        self.assertIn("operators/ is above runtime/", lines[0])

    def test_every_floor_above_is_refused(self):
        floors = ["runtime", "operators", "interpreter", "engine", "cli"]
        for index, below in enumerate(floors):
            for above in floors[index + 1:]:
                with self.subTest(below=below, above=above):
                    self.assertEqual(len(self.findings({f"{below}/A.h": f"#  include <{above}/B.h>\n"})), 1)
                    self.assertEqual(self.findings({f"{above}/A.h": f'#include "{below}/B.h"\n'}), [])

    def test_include_goes_up_by_dots(self):
        lines = self.findings({"operators/join/A.h": '#include "../../engine/B.h"\n'})
        self.assertEqual(len(lines), 1)
        self.assertIn("engine/ is above operators/", lines[0])

    def test_engines_never_include_each_other(self):
        for one, other in (("interpreter", "codegen"), ("codegen", "interpreter")):
            lines = self.findings({f"{one}/A.cpp": f'#include "{other}/B.h"\n'})
            self.assertEqual(len(lines), 1)
            self.assertIn("never include each other", lines[0])

    def test_programs_never_include_each_other(self):
        self.assertEqual(len(self.findings({"bench/A.cpp": '#include "cli/B.h"\n'})), 1)

    def test_compiler_headers_belong_to_codegen(self):
        for header in ("llvm/IR/Module.h", "llvm-c/Core.h", "clang/AST/AST.h", "clang-c/Index.h"):
            for floor in ("runtime", "operators", "interpreter", "engine", "cli", "bench", "tests"):
                with self.subTest(header=header, floor=floor):
                    lines = self.findings({f"{floor}/A.cpp": f"#include <{header}>\n"})
                    self.assertEqual(len(lines), 1)
                    self.assertIn("only codegen/ includes LLVM and Clang", lines[0])

    def test_stray_top_level_entries(self):
        lines = self.findings({"utils/A.h": "", "notes.txt": ""})
        self.assertEqual([line.split(": ")[0] for line in lines], ["notes.txt:1", "utils/:1"])

    def test_comments_are_not_includes(self):
        self.assertEqual(self.findings({"runtime/A.h": '// #include "engine/B.h"\n'}), [])


if __name__ == "__main__":
    unittest.main()
