"""Makes the calls to AWS that checks need, each as soon as what it needs is there, side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from brokers.aws import internal_errors
from brokers.aws.calls import Call, calls_of
from brokers.aws.client import Aws
from brokers.aws.cluster_facts import Answer, Facts, NotKnown
from brokers.aws.failures import AwsFailure

_AT_ONCE = 10
_HEARTBEAT_SECONDS = 0.25


def run(
    aws: Aws, facts: Facts, names: Iterable[str], cancelled: Callable[[], bool]
) -> Iterator[None]:
    """Fills ``facts``; yields after each answer, and now and then while there is none."""
    calls = _wanted(facts, names)
    under_way: dict[Future[Answer], str] = {}
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="msk")
    try:
        while (calls or under_way) and not cancelled():
            for name in [n for n, call in calls.items() if facts.knows(call.needs)]:
                under_way[pool.submit(calls.pop(name).make, aws, facts)] = name
            done, _ = wait(under_way, _HEARTBEAT_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                name = under_way.pop(future)
                facts.note(name, _outcome(name, future))
            yield
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _outcome(name: str, future: Future[Answer]) -> Answer | AwsFailure | NotKnown:
    try:
        return future.result()
    except (AwsFailure, NotKnown) as why:
        return why
    except Exception as fault:  # noqa: BLE001 - a fault of one call leaves the others
        return internal_errors.not_known(f"the call for {name}", fault)


def _wanted(facts: Facts, names: Iterable[str]) -> dict[str, Call]:
    """The calls of these names and all that they need, in the order of the table."""
    known = calls_of(facts)
    wanted: set[str] = set()
    left = list(facts.spelled_out(names))
    while left:
        name = left.pop()
        if name not in wanted:
            wanted.add(name)
            left += known[name].needs
    return {name: call for name, call in known.items() if name in wanted}
