"""A pytest plugin that takes one detection away: ``-p tests.removed.plugin --without CODE``.

The one function that makes faults gives a nameless fault in its place, which fails or warns just
the same: a test that only looks whether something is wrong stays green. Tests that name the code
run first, and the first one that misses it ends the session.
"""

import inspect
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from brokers.engine import faults
from brokers.engine.results import Fault

NOTICED, CRASHED = "noticed by", "crashed in"
# What is quick comes first.
_KINDS = ("unit", "integration", "contract")
_TESTS = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", required=True, help="the code that is never given")


def pytest_configure(config: pytest.Config) -> None:
    without = config.getoption("--without")
    given = faults.make_from

    def make_from(
        code: str,
        seen: Mapping[str, object],
        **instead: Any,
    ) -> Fault:
        fault = given(code, seen, **instead)
        if code != without:
            return fault
        return replace(fault, code="removed", sentence="Something is wrong.", action="Mend it.")

    faults.make_from = make_from


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    code = config.getoption("--without")
    items.sort(key=lambda item: (_kind(item), not _names(item, code)))


def _kind(item: pytest.Item) -> int:
    return _KINDS.index(item.path.relative_to(_TESTS).parts[0])


def _names(item: pytest.Item, code: str) -> bool:
    """Whether the test itself or its parameters speak of the code."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    source = inspect.getsource(item.function) if isinstance(item, pytest.Function) else ""
    return f'"{code}"' in source or f"'{code}'" in repr(parameters)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None and report.failed:
        # An assertion of a test, or a look-up in it that finds nothing; else it is the product.
        where = Path(call.excinfo.traceback[-1].path)
        noticed = where.is_relative_to(_TESTS) or call.excinfo.errisinstance(AssertionError)
        print(f"\n{NOTICED if noticed else CRASHED} {item.nodeid}")
        if noticed:
            item.session.shouldstop = "a test noticed"
    return report
