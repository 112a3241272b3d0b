"""Benchmarks, run by bin/bench on private servers with production settings. A ratio within one run counts, never a bare time."""
