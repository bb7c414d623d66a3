"""How scripts/profile shortens lines of IR."""

import importlib.machinery
import importlib.util
import os
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "profile")


def load():
    loader = importlib.machinery.SourceFileLoader("profile_script", SCRIPT)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


class ProfileTest(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "pipeline.ll")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("define i32 @pipeline() {\n"
                       '  %"S#8.greater" = call noundef zeroext i1 @_ZN6basalt7kernels13greaterInt128Enn(i64 noundef %11), !prof !3\n'
                       '  %"S#8.x" = load i32, ptr %"S#8.address", align 4, !invariant.load !2\n')

    def tearDown(self):
        self.folder.cleanup()

    def test_kernels_are_demangled(self):
        self.assertEqual(load().text_of(self.path, 2), '%"S#8.greater" = call i1 @kernels::greaterInt128(i64 %11)')

    def test_what_does_not_help_to_read_is_dropped(self):
        self.assertEqual(load().text_of(self.path, 3), '%"S#8.x" = load i32, ptr %"S#8.address"')

    def test_merged_lines_have_no_text(self):
        self.assertEqual(load().text_of(self.path, 0), "(several lines)")


if __name__ == "__main__":
    unittest.main()
