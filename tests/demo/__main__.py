"""`python -m tests.demo run|up|down|status`: see `tests.demo.command`."""

import sys

from tests.demo.command import main

sys.exit(main())
