"""Measurements of the kit itself: `python -m benchmarks NAME`."""

import argparse

from orchestrator.packages import needs_own_packages

with needs_own_packages():
    from benchmarks import contenders, meters, overhead, report
    from benchmarks.gate import command as gate
    from host.output import print_anything

BENCHMARKS = {
    "contenders": contenders,
    "gate": gate,
    "meters": meters,
    "overhead": overhead,
    "report": report,
}


def main() -> None:
    """Run the benchmark that the arguments name."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    named = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, benchmark in BENCHMARKS.items():
        about = benchmark.__doc__ or ""
        benchmark.add_options(named.add_parser(name, help=about.split("\n")[0], description=about))
    options = parser.parse_args()
    BENCHMARKS[options.name].run(options)


if __name__ == "__main__":
    main()
