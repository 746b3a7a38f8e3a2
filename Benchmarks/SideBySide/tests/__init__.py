"""Tests of the side-by-side benchmark. In Benchmarks/SideBySide
`python3 -m unittest discover --start-directory tests --top-level-directory .` runs them.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "Harness")]
