"""What scripts/check-answer accepts and refuses."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "check-answer")


class CheckAnswerTest(unittest.TestCase):

    def runCheck(self, answer, result, *options):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for name, text in (("answer", answer), ("result", result)):
                paths.append(os.path.join(folder, name))
                with open(paths[-1], "w", encoding="utf-8") as file:
                    file.write(text)
            return subprocess.run([SCRIPT, *paths, *options], capture_output=True, text=True, check=False)

    def accept(self, answer, result, *options):
        done = self.runCheck(answer, result, *options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def refuse(self, message, answer, result, *options):
        done = self.runCheck(answer, result, *options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(message, done.stdout)

    def test_equal(self):
        self.accept("a|b\nx|1.50\n", "a,b\nx,1.50\n")

    def test_names_of_the_result_do_not_matter(self):
        self.accept("sum(x)\n1\n", "total\n1\n")

    def test_quoted_text_with_delimiters(self):
        self.accept('a|b\n"x|y"|1\n"p, q"|2\n', 'a,b\nx|y,1\n"p, q",2\n')

    def test_last_digits_of_doubles(self):
        self.accept("a\n25.575154611454693\n", "a\n25.575154611454690\n")
        self.refuse("a is '25.5751547'", "a\n25.575154611454693\n", "a\n25.5751547\n")

    def test_doubles_in_scientific_notation(self):
        self.accept("a\n1.5e10\n2.25\n", "a\n15000000000\n2.25\n")

    def test_decimals_are_exact(self):
        self.refuse("the answer has '10000000000.01'", "a\n10000000000.01\n", "a\n10000000000.02\n")

    def test_decimals_of_another_scale(self):
        self.accept("a\n380456.00\n1.50\n", "a\n380456.0000\n1.5000\n")

    def test_integers_are_exact(self):
        self.refuse("a is '100000000000001'", "a\n100000000000000\n", "a\n100000000000001\n")

    def test_text_is_exact(self):
        self.refuse("a is 'y'", "a\nx\n", "a\ny\n")

    def test_text_is_not_a_number(self):
        self.refuse("a is '1.0'", "a\n1\nx\n", "a\n1.0\nx\n")

    def test_missing_value(self):
        self.accept("a|b\n|1\n2|2\n", "a,b\n,1\n2,2\n")
        self.refuse("a is '0'", "a|b\n|1\n2|2\n", "a,b\n0,1\n2,2\n")

    def test_null_in_the_only_column(self):
        self.accept("a\n\n", "a\n\n")
        self.refuse("a is '1'", "a\n\n", "a\n1\n")
        self.refuse("0 rows, the answer has 1", "a\n\n", "a\n")

    def test_empty_lines_between_rows_of_several_columns(self):
        self.accept("a|b\n1|2\n\n", "a,b\n1,2\n")

    def test_any_order_without_order_by(self):
        self.accept("a|b\n1|x\n2|y\n", "a,b\n2,y\n1,x\n")

    def test_equal_keys_in_any_order(self):
        self.accept("a|b\n1|x\n1|y\n2|z\n", "a,b\n1,y\n1,x\n2,z\n", "--order-by", "a")

    def test_wrong_order(self):
        self.refuse("row 1 is out of order: a is '2'", "a|b\n1|x\n2|y\n", "a,b\n2,y\n1,x\n", "--order-by", "a")

    def test_duplicates_are_counted(self):
        self.refuse("a is 'y'", "a\nx\nx\ny\n", "a\nx\ny\ny\n")

    def test_values_do_not_move_between_rows(self):
        self.refuse("b is 'y'", "a|b\n1|x\n2|y\n", "a,b\n1,y\n2,x\n")

    def test_too_few_rows(self):
        self.refuse("the result has 1 rows, the answer has 2", "a\n1\n2\n", "a\n1\n")

    def test_too_many_columns(self):
        self.refuse("the result has 2 columns, the answer has 1", "a\n1\n", "a,b\n1,2\n")

    def test_ragged_row(self):
        self.refuse("row 1 has 1 columns", "a|b\n1|2\n", "a,b\n1\n")

    def test_no_rows(self):
        self.accept("a|b\n", "a,b\n")

    def test_empty_result(self):
        self.refuse("no header line", "a\n1\n", "")

    def test_unknown_order_by_column(self):
        self.assertEqual(self.runCheck("a\n1\n", "a\n1\n", "--order-by", "b").returncode, 2)


if __name__ == "__main__":
    unittest.main()
