"""The gate, trainings and predictions on a GPU, on a machine with a CUDA PyTorch and no network.

`--pack FOLDER` is for a machine with a network: it puts the wheels and the data into FOLDER, which
travels with this checkout. `--from FOLDER --output DIR` runs there on nothing but Python, PyTorch,
NumPy, SciPy, Pillow and what FOLDER holds, and leaves `DIR/run.tar.gz`: an ordinary run's folder,
renewed as jobs end. `plumbline report` joins it with another run.
"""

import argparse
import sys
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command line can say."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--pack", type=Path, metavar="FOLDER", help="put wheels and data there")
    what.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="run from there")
    parser.add_argument(
        "--python", default="3.12", help="of the machine with the GPU; default: %(default)s"
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="where run.tar.gz is written")
    parser.add_argument(
        "--minutes", type=float, default=7.0, help="for everything; default: %(default)s"
    )
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument(
        "--smoke", action="store_true", help="the smallest job of each kind: does it work at all?"
    )


def run(options: argparse.Namespace) -> None:
    """Pack, or run what was packed; exit with 1 where it fails."""
    if options.pack:
        # Only where it is needed: a bare Python has nothing that packing takes.
        from benchmarks.gpu.pack import pack

        pack(options.pack, options.python)
        return
    if not options.output:
        sys.exit("error: --from FOLDER needs --output DIR, where run.tar.gz is written")
    from benchmarks.gpu.machine import run_there

    more = ["--device", options.device, *(["--smoke"] if options.smoke else [])]
    sys.exit(run_there(options.folder, options.output, 60 * options.minutes, more))
