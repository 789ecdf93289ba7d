"""8. The bootstrap servers are the public ones for SCRAM, and those are what was typed."""

from brokers.msk import commands
from brokers.msk.asked import servers_in
from brokers.msk.facts import Facts, lacks
from brokers.msk.finding import Check, Finding, How, failed, passed, unsure
from brokers.msk.words import listed, shown

PUBLIC = "BootstrapBrokerStringPublicSaslScram"
PRIVATE = "BootstrapBrokerStringSaslScram"
KINDS = {
    PUBLIC: "public SCRAM",
    PRIVATE: "private SCRAM",
    "BootstrapBrokerStringPublicSaslIam": "public IAM",
    "BootstrapBrokerStringSaslIam": "private IAM",
    "BootstrapBrokerStringPublicTls": "public TLS",
    "BootstrapBrokerStringTls": "private TLS",
    "BootstrapBrokerString": "private plaintext",
    "BootstrapBrokerStringVpcConnectivitySaslScram": "multi-VPC (VPC connectivity) SCRAM",
    "BootstrapBrokerStringVpcConnectivitySaslIam": "multi-VPC (VPC connectivity) IAM",
    "BootstrapBrokerStringVpcConnectivityTls": "multi-VPC (VPC connectivity) TLS",
    "BootstrapBrokerStringSaslScramIpv6": "IPv6 SCRAM",
    "BootstrapBrokerStringSaslIamIpv6": "IPv6 IAM",
    "BootstrapBrokerStringTlsIpv6": "IPv6 TLS",
    "BootstrapBrokerStringIpv6": "IPv6 plaintext",
}


def _look(facts: Facts) -> Finding:
    answer = facts.answer("strings")
    known = {KINDS[name]: servers_in(text) for name, text in answer.items() if name in KINDS}
    known = {kind: servers for kind, servers in known.items() if servers}
    typed = facts.asked.server_set
    if not known:
        raise lacks("GetBootstrapBrokers", "every bootstrap string")
    if KINDS[PUBLIC] not in known:
        return _no_public(facts, known, typed)
    public = known[KINDS[PUBLIC]]
    if typed and typed != public:
        return failed(
            "others were typed",
            _about_typed(typed, known),
            f"Use the public SCRAM string: {shown(answer[PUBLIC])}",
        )
    also = ", and they are what was typed" if typed else ""
    return passed(
        f"{len(public)} public",
        f"The public SCRAM servers are {listed(sorted(public))}{also}.",
    )


def _no_public(facts: Facts, known: dict[str, frozenset[str]], typed: frozenset[str]) -> Finding:
    sentence = f"There is no public SCRAM string. {_private(facts)}"
    if typed:
        sentence += f" {_about_typed(typed, known)}"
    if facts.is_public:
        return unsure(
            "none yet",
            f"Public access is on, but {sentence[0].lower()}{sentence[1:]} Just after public "
            "access was turned on, AWS needs some minutes to give it.",
            "Check again in a few minutes; if it stays so, see whether SCRAM is on.",
        )
    return failed(
        "none",
        sentence,
        "Turn SCRAM and public access on first; AWS gives the public string after that. From "
        "inside the VPC the private SCRAM string serves.",
    )


def _private(facts: Facts) -> str:
    private = facts.answer("strings").get(PRIVATE)
    if not private:
        return "There is no private SCRAM string either."
    return f"The private SCRAM string, for clients inside the VPC, is {shown(private)}."


def _about_typed(typed: frozenset[str], known: dict[str, frozenset[str]]) -> str:
    names = listed(sorted(typed))
    for kind, servers in known.items():
        if typed == servers:
            return f"What was typed is the {kind} string of this cluster: {names}."
    for kind, servers in known.items():
        if typed < servers:
            missing = listed(sorted(servers - typed))
            return f"What was typed is a part of the {kind} string; {missing} is missing."
    for kind, servers in known.items():
        if both := typed & servers:
            return (
                f"What was typed holds {listed(sorted(both))} of the {kind} string, and also "
                f"{listed(sorted(typed - servers))}."
            )
    return f"What was typed is no string of this cluster: {names}."


def _how(facts: Facts) -> How:
    return How(
        console=f"MSK, Clusters, {facts.name}, View client information: SASL/SCRAM, Public "
        "endpoint.",
        cli=commands.aws(
            facts,
            "kafka get-bootstrap-brokers",
            ("cluster-arn", str(facts.asked.arn)),
            ("query", PUBLIC),
        ),
        terraform="aws_msk_cluster: the attribute bootstrap_brokers_public_sasl_scram",
    )


CHECK = Check(
    id="bootstrap_servers",
    title="Public bootstrap string",
    why="Each kind of login has its own servers and port; the private names lead nowhere from "
    "outside.",
    needs=("cluster", "strings"),
    look=_look,
    step="Take over the public bootstrap string",
    after=("active", "scram_on", "public_access"),
    wait="Appears some minutes after public access is on.",
    how=_how,
)
