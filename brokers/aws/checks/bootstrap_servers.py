"""The bootstrap servers are the public ones for SCRAM, and those are what was typed."""

from brokers.aws import commands
from brokers.aws.bootstrap_brokers import PRIVATE_SCRAM, PUBLIC_SCRAM, Bootstrap, as_set, read
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts, lacks
from brokers.aws.wording import listed, uncut


def _evaluate(facts: Facts) -> Finding:
    found = read(facts.answer("strings"))
    typed = as_set(facts.request.server_list)
    if not found.strings:
        raise lacks("GetBootstrapBrokers", "every bootstrap string")
    public = found.of(PUBLIC_SCRAM)
    if public is None:
        return _no_public(facts, found, typed)
    if typed and typed != as_set(public.servers):
        return failed(
            "others were typed",
            _about_typed(typed, found),
            f"Use the public SCRAM string: {uncut(public.text)}",
        )
    also = ", and they are what was typed" if typed else ""
    return passed(
        f"{len(public.servers)} public",
        f"The public SCRAM servers are {listed(public.servers)}{also}.",
    )


def _no_public(facts: Facts, found: Bootstrap, typed: frozenset[str]) -> Finding:
    """AWS may name it in some minutes, where public access is on; raises where that is not told."""
    facts.need_provisioned("BrokerNodeGroupInfo")
    sentence = f"AWS names no public SCRAM string. {_private(found)}"
    if typed:
        sentence += f" {_about_typed(typed, found)}"
    if facts.is_public:
        return unsure(
            "none yet",
            f"Public access is on, but {sentence} Just after public access was turned on, AWS "
            "needs some minutes to name it.",
            "Check again in a few minutes; if it stays so, see whether SCRAM is on.",
        )
    return failed(
        "none",
        sentence,
        "Turn SCRAM and public access on first; AWS names the public string after that. From "
        "inside the VPC the private SCRAM string serves.",
    )


def _private(found: Bootstrap) -> str:
    private = found.of(PRIVATE_SCRAM)
    if private is None:
        return "There is no private SCRAM string either."
    return f"The private SCRAM string, for clients inside the VPC, is {uncut(private.text)}."


def _about_typed(typed: frozenset[str], found: Bootstrap) -> str:
    """Which string of the cluster it is, or of which one it is a part."""
    names = listed(sorted(typed))
    if kind := found.kind_of(typed):
        return f"What was typed is this cluster's string for “{kind.serves}”: {names}."
    for string in found.strings:
        servers = as_set(string.servers)
        if typed < servers:
            missing = listed(sorted(servers - typed))
            return (
                f"What was typed is a part of the “{string.serves}” string: {missing} is missing."
            )
        if both := typed & servers:
            return (
                f"What was typed holds {listed(sorted(both))} of the “{string.serves}” string, and "
                f"also {listed(sorted(typed - both))}."
            )
    return f"What was typed is no string of this cluster: {names}."


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}, View client information: SASL/SCRAM, Public "
        "endpoint.",
        cli=commands.aws(
            facts,
            "kafka get-bootstrap-brokers",
            ("cluster-arn", str(facts.request.arn)),
            ("query", PUBLIC_SCRAM),
        ),
        terraform="aws_msk_cluster: the attribute bootstrap_brokers_public_sasl_scram",
    )


CHECK = Check(
    id="bootstrap_servers",
    title="Public bootstrap string",
    position=80,
    fix_position=210,
    why="Each kind of login has its own servers and port; the private names lead nowhere from "
    "outside.",
    facts=("cluster", "strings"),
    evaluate=_evaluate,
    fix_title="Take over the public bootstrap string",
    waits_for=("active", "scram_on", "public_access"),
    wait="Appears some minutes after public access is on.",
    fix=_fix,
)
