"""The SQL that `basalt sql-of` prints for the TPC-H plans gives the known answers in DuckDB.

Usage: TpchSqlTest.py BASALT STORE SCALE, after the tables have been made and loaded."""

import csv
import glob
import os
import subprocess
import sys
import tempfile
import unittest

import duckdb

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROGRAM, STORE, SCALE = sys.argv[1:4]


def loadTables():
    """A database with the tables of bench/tpch/schema.sql."""
    database = duckdb.connect()
    with open(os.path.join(ROOT, "bench", "tpch", "schema.sql"), encoding="utf-8") as schema:
        database.execute(schema.read())
    for (table,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        path = os.path.join(ROOT, "data", "tpch", f"sf{SCALE}", f"{table}.tbl")
        database.execute(f"INSERT INTO {table} SELECT * EXCLUDE (nothing) FROM read_csv('{path}', delim='|', "
                         f"header=false, auto_detect=false, quote='', escape='', columns={columnTypes(database, table)})")
    return database


def columnTypes(database, table):
    """read_csv's description of a .tbl file, which has an empty column behind the last bar."""
    columns = database.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? "
                               "ORDER BY column_index", [table]).fetchall()
    return str(dict(columns) | {"nothing": "VARCHAR"})


class TpchSqlTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.database = loadTables()

    def checkQuery(self, plan, answer):
        sql = subprocess.run([PROGRAM, "sql-of", plan, "--store", STORE], capture_output=True, text=True, check=True)
        found = self.database.execute(sql.stdout)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "found.csv")
            with open(path, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([column[0] for column in found.description])
                writer.writerows(found.fetchall())
            done = subprocess.run([os.path.join(ROOT, "scripts", "check-answer"), answer, path],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr + sql.stdout)

    def test_answers(self):
        answers = sorted(glob.glob(os.path.join(ROOT, "bench", "tpch", "answers", f"sf{SCALE}", "*.csv")))
        self.assertTrue(answers)
        for answer in answers:
            query = os.path.splitext(os.path.basename(answer))[0]
            with self.subTest(query):
                self.checkQuery(os.path.join(ROOT, "bench", "tpch", "plans", f"{query}.json"), answer)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
