"""Faults of the run itself."""

from brokers.engine.faults.row import Row

STOPPED = "run.stopped"

ROWS = (
    Row(
        "run.deadline",
        "F",
        "",
        "network",
        "Time over",
        "The {what}'s {seconds} s were over while {name} stood at {stage}.",
        "Test again; if it stays so, the network between {machine} and the broker is too slow.",
    ),
    Row(
        "run.stopped",
        "F",
        "",
        "operator",
        "Stopped",
        "The test was stopped before it was finished.",
        "Start the test again.",
    ),
)
