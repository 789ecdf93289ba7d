import pytest

from brokers.engine.document import read
from brokers.runs.views import evidence, trace
from brokers.runs.views.host_names import common_end
from tests.unit.brokers.runs.documents import REFUSED, degraded, document, node

LOGIN = 5


def test_trouble_comes_first_and_what_works_after() -> None:
    grid = trace.build(read(degraded()), ended=True)
    assert [row.name for row in grid.rows] == ["b-2", "b-1", "b-3"]
    assert grid.suffix == ".kafka.example:9093"
    assert grid.counts == "1 failed, 1 warned, 1 passed"
    assert [row.starts_group for row in grid.rows] == [True, False, True]


def test_a_line_that_grows_keeps_its_place() -> None:
    grid = trace.build(
        read(document(node("b-1.x", "pppp---"), node("b-2.x", "pf-----"))), ended=False
    )
    assert [row.full for row in grid.rows] == ["b-1.x:9093", "b-2.x:9093"]
    assert not any(row.boxes for row in grid.rows)


def test_a_cell_says_the_cause_in_a_word() -> None:
    failed, warned, quiet = trace.build(read(degraded()), ended=True).rows
    assert (failed.cells[1].state, failed.cells[1].word) == ("failed", "Refused")
    assert failed.cells[2].word == "Not reached"
    assert warned.cells[2].state == "warned"
    assert warned.cells[2].word not in {"Passed", "Warned"}
    assert quiet.cells[-1].word == "Not asked", "an advertised broker is not asked for metadata"


def test_the_cause_is_opened_at_its_cell_with_its_facts() -> None:
    row = trace.build(read(degraded()), ended=True).rows[0]
    (box,) = row.boxes
    assert box.fault.sentence == REFUSED.sentence
    assert box.reach == 1
    assert [cell.is_open for cell in row.cells].index(True) == 1
    assert ("Address", "192.0.2.2") in box.facts


def test_one_example_of_each_cause_is_opened() -> None:
    nodes = [node(f"b-{i}.x", "pfsssss", REFUSED) for i in range(4)]
    grid = trace.build(read(document(*nodes)), ended=True)
    assert sum(len(row.boxes) for row in grid.rows) == 1


def test_who_waits_for_the_first_login_is_held_back_not_unreached() -> None:
    grid = trace.build(read(document(node("b-1.x", "pppppss"))), ended=True)
    assert grid.rows[0].cells[LOGIN].word == "Held back"
    assert grid.rows[0].cells[LOGIN + 1].word == "Not reached"


def test_what_never_ended_is_not_shown_as_running() -> None:
    grid = trace.build(read(document(node("b-1.x", "ppr----"))), ended=True)
    assert {cell.word for cell in grid.rows[0].cells[2:]} == {"Not known"}
    assert "running" not in grid.states


def test_more_than_eight_brokers_are_dense() -> None:
    nodes = [node(f"b-{i}.x", "ppppppp") for i in range(9)]
    assert trace.build(read(document(*nodes)), ended=True).dense
    assert not trace.build(read(document(*nodes[:8])), ended=True).dense


@pytest.mark.parametrize(
    ("names", "end"),
    [
        (["b-1.k.example:9096", "b-2.k.example:9096"], ".k.example:9096"),
        (["b-1-public.k.example:9196", "b-2-public.k.example:9196"], "-public.k.example:9196"),
        (["kafka.k.example:9096"], ".k.example:9096"),
        (["b-1.k.example:9096", "b-2.k.example:9097"], ""),
        (["localhost:9093", "localhost:9094"], ""),
        (["127.0.0.1:9093"], ""),
        (["[::1]:9093", "b.example:9093"], ""),
        ([], ""),
    ],
)
def test_what_all_hosts_end_in(names: list[str], end: str) -> None:
    assert common_end(names) == end


def test_every_other_cause_is_listed_once() -> None:
    whole = read(degraded())
    found = evidence.also_found(whole, trace.build(whole, ended=True))
    assert [(one.fault.code, one.nodes) for one in found] == [("tls.expires_soon", ("b-1",))]


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        [],
        {"nodes": None, "verdict": "?", "cluster": 3, "rights": [None]},
        {"nodes": [{"stages": [{"stage": "tls", "facts": {"chain": [{}], "given": "?"}}, 7]}]},
        {"nodes": [{"host": 3, "stages": [{"stage": "quantum", "state": "odd", "faults": [{}]}]}]},
    ],
)
def test_a_document_with_missing_parts_still_gives_a_page(broken: object) -> None:
    whole = read(broken)
    for ended in (True, False):
        grid = trace.build(whole, ended=ended)
        evidence.also_found(whole, grid)
        evidence.seen(whole)
        evidence.rights(whole, ())
        assert grid.done <= grid.total
