"""Starts one script under the Sandpipe protocol: `python3 -I run.py SCRIPT.py`."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from sandpipe_sandbox.launcher import launch  # noqa: E402 - the path above is what makes it importable

launch(sys.argv)
