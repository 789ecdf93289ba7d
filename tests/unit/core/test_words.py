from datetime import UTC, datetime, timedelta

import pytest

from kalixweb.core import wording

NOW = datetime(2026, 11, 22, 21, 8, 14, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=-1), "just now"),
        (timedelta(seconds=-40), "40 seconds ago"),
        (timedelta(seconds=-61), "1 minute ago"),
        (timedelta(hours=-3, minutes=-59), "3 hours ago"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=19, minutes=1), "in 19 days"),
        (timedelta(days=220), "in 7 months"),
        (timedelta(days=-4000), "10 years ago"),
    ],
)
def test_ago_uses_the_largest_whole_unit(away: timedelta, said: str) -> None:
    assert wording.ago(NOW + away, NOW) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 22, 9, 12, tzinfo=UTC), "09:12"),
        (datetime(2026, 11, 21, 9, 12, tzinfo=UTC), "yesterday"),
        (datetime(2026, 11, 17, 9, 12, tzinfo=UTC), "Tuesday"),
        (datetime(2026, 11, 15, 9, 12, tzinfo=UTC), "15 November"),
        (datetime(2025, 3, 4, 9, 12, tzinfo=UTC), "4 March 2025"),
    ],
)
def test_since_names_hour_weekday_or_date(moment: datetime, said: str) -> None:
    assert wording.since(moment, NOW) == said


def test_exact_is_in_utc() -> None:
    assert wording.exact(NOW) == "Sunday 22 November 2026, 21:08:14 UTC"


@pytest.mark.parametrize(
    ("ms", "said"), [(0.44, "0.4 ms"), (14.2, "14 ms"), (999.4, "999 ms"), (5012.0, "5.0 s")]
)
def test_durations(ms: float, said: str) -> None:
    assert wording.duration(ms) == said
