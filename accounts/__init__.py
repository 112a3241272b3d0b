"""People, organisations, roles, history, long jobs: what every other app stands on."""
