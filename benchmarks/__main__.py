"""Measurements of the kit itself: `python -m benchmarks NAME`."""

import argparse

from benchmarks import contenders, meters, overhead, report
from benchmarks.gate import command as gate

BENCHMARKS = {
    "contenders": contenders,
    "gate": gate,
    "meters": meters,
    "overhead": overhead,
    "report": report,
}


def main() -> None:
    """Run the benchmark that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    named = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, benchmark in BENCHMARKS.items():
        about = benchmark.__doc__ or ""
        benchmark.add_options(named.add_parser(name, help=about.split("\n")[0], description=about))
    options = parser.parse_args()
    BENCHMARKS[options.name].run(options)


if __name__ == "__main__":
    main()
