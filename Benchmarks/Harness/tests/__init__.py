"""Tests of the harness. In Benchmarks/Harness `python3 -m unittest` runs them."""
