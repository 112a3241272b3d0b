"""The demo: invented people and six engagements whose dates hang on the day it is seeded for."""
