"""The table of faults: every code once, with its words, and none that a stage cannot render."""

from brokers.engine import faults
from brokers.engine.results import BOOTSTRAP_STAGES


def test_rows_are_complete() -> None:
    for code, row in faults.TABLE.items():
        assert row.code == code
        assert 0 < len(row.label.replace(" ", "")) <= 12, code
        assert row.stage in {"", "input", "rights", *BOOTSTRAP_STAGES}, code
        for text in (row.sentence, row.action):
            if isinstance(text, str):
                assert text.endswith((".", "}", '"')), code
                assert "please" not in text.lower(), code


def test_values_are_cleaned_and_listed() -> None:
    fault = faults.make(
        "resolve.private",
        host="a\u202eb",
        addresses=[f"10.0.0.{i}" for i in range(8)],
        other="x" * 1000,
        machine="here",
    )
    assert "\u202e" not in fault.sentence
    assert "10.0.0.4 and 3 more" in fault.sentence
    assert len(fault.sentence) < 500
