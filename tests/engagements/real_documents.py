"""The customer's own documents, where they lie beside the project. Tests on them are collected only there."""

from pathlib import Path

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
REAL_TIMETABLES = sorted(SOURCES.glob("000_*.txt"))
