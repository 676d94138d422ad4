"""Measurements of the kit itself: `python -m benchmarks NAME`."""

import argparse
import sys
from importlib import import_module

from host.output import print_anything
from orchestrator.packages import needs_own_packages

BENCHMARKS = {
    "contenders": "benchmarks.contenders",
    "decisions": "benchmarks.decisions.command",
    "gate": "benchmarks.gate.command",
    "gpu": "benchmarks.gpu.command",
    "memory_limit": "benchmarks.memory_limit",
    "meters": "benchmarks.meters",
    "overhead": "benchmarks.overhead",
    "report": "benchmarks.report",
}
"""The module of each: one is imported only where it is asked for, and `gpu` does on a bare
Python."""


def main() -> None:
    """Run the benchmark that the arguments name."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    named = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    asked = [name for name in BENCHMARKS if name in sys.argv[1:2]]
    with needs_own_packages():
        modules = {name: import_module(BENCHMARKS[name]) for name in asked or BENCHMARKS}
    for name, benchmark in modules.items():
        about = benchmark.__doc__ or ""
        benchmark.add_options(named.add_parser(name, help=about.split("\n")[0], description=about))
    options = parser.parse_args()
    modules[options.name].run(options)


if __name__ == "__main__":
    main()
