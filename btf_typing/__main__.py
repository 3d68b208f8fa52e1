"""``python -m btf_typing`` is ``btf-stubs``, for where no folder of scripts is on the path."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
