"""`python -m runners.harness`: one contender by itself, from its container or environment."""

import sys

from host.output import print_anything
from runners.harness.job.cli import main

if __name__ == "__main__":
    print_anything()
    sys.exit(main(sys.argv[1:]))
