"""Files: storing, rendering and delivering them, for every app above."""
