"""A process that runs TPC-H queries for the scripts that measure them in turn, and where it runs."""

import json
import os
import platform
import subprocess

SERVER = "build/release/bin/ComparisonServer"


class Basalt:
    """A process that runs queries on request, with the tables in memory."""

    def __init__(self, store):
        self.process = subprocess.Popen([SERVER, "--store", store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.build = self._read()["build"]
        self.pipelines = []

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{SERVER} ended with status {self.process.wait()}")
        reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    def run(self, query, mode, threads, **options):
        """Returns milliseconds; `pipelines` then says how the pipelines were run."""
        request = {"query": query, "mode": mode, "threads": threads, **options}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        reply = self._read()
        self.pipelines = reply["pipelines"]
        return reply["milliseconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.processor())
    return f"{os.cpu_count()} processors, {model}"
