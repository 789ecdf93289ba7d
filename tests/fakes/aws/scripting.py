"""What a test may tell the fake to do instead of answering: deny, throttle, wait, break."""

import random
import threading
from datetime import timedelta

from tests.fakes.aws import refusals
from tests.fakes.aws.refusals import PROXY_PAGE, Raw, Refused

EVERY = "*"


class Script:
    """Actions are written as in a policy, ``kafka:DescribeClusterV2``; none means every action."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chance = random.Random(1)
        self._denied: dict[str, str] = {}
        self._throttled: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._answers: dict[str, list[Raw | Refused]] = {}
        self._always: dict[str, Raw | Refused] = {}
        self.per_page: int | None = None
        self.clock_ahead = timedelta(0)

    def deny(self, *actions: str, because: str | None = None) -> None:
        """Refuse these actions, ``kafka-cluster:Connect`` and ``kms:Decrypt`` among them."""
        for action in actions:
            self._denied[action] = because or refusals.no_policy(action)

    def allow(self, *actions: str) -> None:
        """Take back a denial, or all of them."""
        for action in actions or tuple(self._denied):
            self._denied.pop(action, None)

    def throttle(self, rate: float, *actions: str, seed: int = 1) -> None:
        """Refuse this share of the calls as too many."""
        self._chance = random.Random(seed)
        self._throttled |= dict.fromkeys(actions or (EVERY,), rate)

    def delay(self, seconds: float, *actions: str) -> None:
        """Answer no sooner than after so many seconds."""
        self._delays |= dict.fromkeys(actions or (EVERY,), seconds)

    def page_size(self, rows: int) -> None:
        """Give at most so many rows a page, whatever was asked for."""
        self.per_page = rows

    def answer(self, action: str, answer: Raw | Refused, *, times: int | None = None) -> None:
        """Give this answer, always or the next few times."""
        if times is None:
            self._always[action] = answer
        else:
            self._answers.setdefault(action, []).extend([answer] * times)

    def empty(self, *actions: str) -> None:
        """Answer with a document in which every field is missing."""
        for action in actions:
            xml = action.startswith(("ec2:", "sts:"))
            name = action.partition(":")[2]
            body = f"<{name}Response><x/></{name}Response>" if xml else "{}"
            self.answer(action, Raw(body, content_type="text/xml" if xml else "application/json"))

    def cut_off(self, *actions: str) -> None:
        """Answer with a document that ends in its middle."""
        for action in actions:
            self.answer(action, Raw('{"clusterInfo": {"clusterArn": "arn:aws:kaf'))

    def proxy_page(self, *actions: str, status: int = 403) -> None:
        """Answer as a proxy that lets nothing through: a page of HTML."""
        for action in actions or (EVERY,):
            self.answer(action, Raw(PROXY_PAGE, status, "text/html"))

    def down(self, *actions: str) -> None:
        """Answer that the service is unavailable."""
        for action in actions or (EVERY,):
            self.answer(action, refusals.down(action.partition(":")[0]))

    def skew(self, seconds: float) -> None:
        """Put the clock of AWS ahead of ours, or behind with a negative number."""
        self.clock_ahead = timedelta(seconds=seconds)

    def reason_to_deny(self, action: str) -> str | None:
        service = action.partition(":")[0]
        return self._denied.get(action) or self._denied.get(f"{service}:*")

    def is_throttled(self, action: str) -> bool:
        rate = self._throttled.get(action, self._throttled.get(EVERY, 0.0))
        with self._lock:
            return self._chance.random() < rate

    def seconds_of(self, action: str) -> float:
        return self._delays.get(action, self._delays.get(EVERY, 0.0))

    def scripted(self, action: str) -> Raw | Refused | None:
        for key in (action, EVERY):
            with self._lock:
                if waiting := self._answers.get(key):
                    return waiting.pop(0)
            if key in self._always:
                return self._always[key]
        return None
