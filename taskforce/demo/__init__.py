"""The demo: invented people and engagements whose dates hang on the day it is seeded for."""
