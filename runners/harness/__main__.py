"""`python -m runners.harness`: one contender by itself, from its container or environment."""

import sys

from runners.harness.job.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
