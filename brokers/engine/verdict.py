"""The one sentence about the cause that must be fixed first. Plain rules over plain results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from brokers.engine import wording
from brokers.engine.faults import listed, row_of
from brokers.engine.results import (
    BOOTSTRAP_STAGES,
    Fault,
    NodeResult,
    RunResult,
    StageResult,
    Verdict,
    VerdictState,
)

_OTHERS_DO = "clients can begin at another one of the list"


@dataclass(frozen=True, slots=True)
class VerdictContext:
    """What the verdict needs beside the results.

    ``leads``: broker id -> named topics that it leads. ``advertised``: addresses of brokers that
    the cluster named, also those that were too many to be tested.
    """

    user: str
    leads: Mapping[int, Sequence[str]]
    advertised: int = 0


def verdict_of(result: RunResult, context: VerdictContext) -> Verdict:
    """The verdict on a run whose nodes are all over."""
    if result.stopped:
        return _verdict("failed", result.faults[0])
    failing = next((fault for fault in result.faults if fault.fails), None)
    if failing:
        return _verdict("failed", failing)
    bootstrap = [node for node in result.nodes if node.origin == "bootstrap"]
    if not any(_reached(node) for node in bootstrap):
        return _none_reached(result, bootstrap)
    brokers = [node for node in result.nodes if node.broker_id is not None]
    out = [node for node in (*brokers, *bootstrap) if _cause(node)]
    if brokers and all(_cause(node) for node in brokers):
        return _all_out(result, brokers, context)
    denied = next((f for right in result.rights for f in right.faults if f.fails), None)
    if denied:  # it stops the client outright, what is out of reach only in part
        return _verdict("failed", denied)
    if out:
        return _degraded(result, out, brokers, context)
    return _well(result, brokers, context)


def all_faults(result: RunResult) -> Iterator[Fault]:
    """Every fault of a result: its own, those of the nodes, those of the rights."""
    yield from result.faults
    for node in result.nodes:
        for stage in node.stages:
            yield from stage.faults
    for right in result.rights:
        yield from right.faults


def _failed_stage(node: NodeResult) -> StageResult | None:
    return next((stage for stage in node.stages if stage.state == "failed"), None)


def _cause(node: NodeResult) -> Fault | None:
    """The fault that ended the node; a listener's fault stands before what it explains."""
    stage = _failed_stage(node)
    return next((f for f in stage.faults if f.fails), None) if stage else None


def _reached(node: NodeResult) -> bool:
    """Whether a client could begin here: all stages passed or warned."""
    return node.passed_stages == len(node.stages)


def _none_reached(result: RunResult, bootstrap: list[NodeResult]) -> Verdict:
    """The node that came furthest shows what a client would be stopped by in the end."""
    ended = [(node, _cause(node)) for node in bootstrap]
    failed = [(node, fault) for node, fault in ended if fault]
    node, fault = max(failed, key=lambda pair: pair[0].passed_stages)
    explained = _explanation(result, fault)
    if explained:
        return _verdict("failed", explained, node=node)
    sentence = fault.sentence
    if len(bootstrap) > 1:
        sentence = (
            f"None of the {len(bootstrap)} bootstrap servers can be used; {wording.inner(sentence)}"
        )
    return _verdict("failed", fault, sentence=sentence, node=node)


def _all_out(result: RunResult, brokers: list[NodeResult], context: VerdictContext) -> Verdict:
    node = max(brokers, key=lambda broker: broker.passed_stages)
    fault = _cause(node)
    if fault is None:
        raise AssertionError(node.name)
    explained = _explanation(result, fault)
    if explained or len(brokers) == 1:
        return _verdict("failed", explained or fault, node=node)
    tested = f"{len(brokers)} brokers{wording.of_all(len(brokers), context.advertised)}"
    sentence = f"None of the {tested} can be used; {wording.inner(fault.sentence)}"
    return _verdict("failed", fault, sentence=sentence, node=node)


def _degraded(
    result: RunResult, out: list[NodeResult], brokers: list[NodeResult], context: VerdictContext
) -> Verdict:
    among_brokers = any(other.broker_id is not None for other in out)
    counting = [other for other in out if other.broker_id is not None] or out
    node = min(counting, key=lambda broken: (broken.origin != "bootstrap", broken.passed_stages))
    fault = _cause(node)
    if fault is None:
        raise AssertionError(node.name)
    all_nodes = brokers if among_brokers else [n for n in result.nodes if n.origin == "bootstrap"]
    answering = sum(_reached(n) for n in all_nodes)
    what = "broker" if among_brokers else "bootstrap server"
    counted_nodes = (
        f"{what}s{wording.of_all(len(brokers), context.advertised) if among_brokers else ''}"
    )
    answer = "answers" if answering == 1 else "answer"
    counted = f"{answering} of {len(all_nodes)} {counted_nodes} {answer}"
    counted += wording.untried(sum(not _reached(n) and not _cause(n) for n in all_nodes))
    stops = _stops([n for n in all_nodes if _cause(n)], context) if among_brokers else _OTHERS_DO
    sentence = f"{counted}; {wording.without_end(wording.inner(fault.sentence))}; {stops}."
    return _verdict("degraded", _explanation(result, fault) or fault, sentence=sentence, node=node)


def _stops(out: Sequence[NodeResult], context: VerdictContext) -> str:
    """What clients cannot do while these brokers are out of reach."""
    who = "it leads" if len(out) == 1 else "the unreachable ones lead"
    led = sorted({topic for node in out for topic in context.leads.get(node.broker_id or 0, ())})
    if led:
        return f"clients cannot use the partitions of {listed(led)} that {who}"
    if context.leads:
        none = "it leads none" if len(out) == 1 else "none is led by them"
        return f"of the topics that were named {none}"
    return f"clients cannot use the partitions that {who}"


def _well(result: RunResult, brokers: list[NodeResult], context: VerdictContext) -> Verdict:
    skipped = [node for node in brokers if not _reached(node)]
    count = len(brokers) - len(skipped)
    if context.advertised > len(brokers):
        who = f"The {count} of {context.advertised} brokers that were tested answer"
    elif not count:
        who = "The bootstrap server answers"
    elif count == 1:
        who = f"{next(n for n in brokers if _reached(n)).name} answers"
    else:
        who = f"All {count} brokers answer" if not skipped else f"{count} brokers answer"
    works = f"{who}, and the login as “{context.user}” works"
    warning = _first_warning(result)
    if warning is None:
        return Verdict("passed", f"{works}.")
    fault, node = warning
    return _verdict(
        "warned", fault, sentence=f"{works}; but {wording.inner(fault.sentence)}", node=node
    )


def _first_warning(result: RunResult) -> tuple[Fault, NodeResult | None] | None:
    order = {stage: place for place, stage in enumerate(BOOTSTRAP_STAGES)}
    found = [
        (order[stage.stage], fault, node)
        for node in result.nodes
        for stage in node.stages
        for fault in stage.faults
    ]
    if found:
        _, fault, node = min(found, key=lambda item: item[0])
        return fault, node
    rest = [*result.faults, *(fault for right in result.rights for fault in right.faults)]
    return (rest[0], None) if rest else None


def _explanation(result: RunResult, failure: Fault) -> Fault | None:
    """The warning about the input of which this failure is a consequence."""
    for warning in result.faults:
        row = row_of(warning.code)
        if row is None or row.explains_for not in {None, warning.field}:
            continue
        if failure.code in row.explains:
            return warning
    return None


def _verdict(
    state: VerdictState,
    fault: Fault,
    *,
    sentence: str | None = None,
    node: NodeResult | None = None,
) -> Verdict:
    name = node.name if node else None
    return Verdict(
        state=state,
        sentence=sentence or fault.sentence,
        fault=fault.code,
        action=fault.action,
        owner=fault.owner,
        node=name,
        field=fault.field,
    )
