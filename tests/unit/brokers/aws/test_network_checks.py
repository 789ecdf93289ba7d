"""The checks of subnets and firewall."""

from collections.abc import Callable
from typing import Any

import pytest

from brokers.aws.calls import calls_of
from brokers.aws.cluster_facts import NotKnown
from tests.fakes.aws.networks import entry, open_port, route
from tests.unit.brokers.aws.answers import Answers, failure

Change = Callable[[Answers], object]
SIX = "::/0"


def routes(*routes: dict[str, Any]) -> Change:
    return lambda a: a["routes"]["RouteTables"][0].update(Routes=list(routes))


def main_only(*routes: dict[str, Any]) -> Change:
    def change(answers: Answers) -> None:
        explicit, main = answers["routes"]["RouteTables"]
        explicit["Associations"] = []
        main["Routes"] = list(routes)

    return change


def rules(*rules: dict[str, Any]) -> Change:
    return lambda a: a["groups"]["SecurityGroups"][0].update(IpPermissions=list(rules))


def rule(**fields: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 9196, "ToPort": 9196, **fields}


def entries(*inbound: dict[str, Any], out: list[dict[str, Any]] | None = None) -> Change:
    outbound = [entry(100, egress=True)] if out is None else out
    return lambda a: a["nacls"]["NetworkAcls"][0].update(Entries=[*inbound, *outbound])


def let_in(number: int, **more: Any) -> dict[str, Any]:
    return entry(number, egress=False, **more)


def let_out(number: int, **more: Any) -> dict[str, Any]:
    return entry(number, egress=True, **more)


IN = let_in(100)
ROUTES: list[tuple[Change, str]] = [
    (routes(route("nat-0a")), "NAT"),
    (routes(route("igw-0a", SIX)), "::/0"),
    (routes(route("igw-0a", state="blackhole")), "blackhole"),
    (routes(route("igw-0a", "10.1.0.0/16")), "no route"),
    (routes({"DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-1"}), "elsewhere"),
    (main_only(route("nat-0a")), "NAT"),
    (main_only(), "no route"),
]


@pytest.mark.parametrize(("change", "words"), ROUTES)
def test_subnets_without_a_way_out_are_named(change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate("subnets_public")
    assert found.state == "fail"
    assert words in found.sentence
    for subnet in ("subnet-0a", "subnet-0b", "subnet-0c"):
        assert subnet in found.sentence
    how = answers.fix_of("subnets_public")
    assert how
    assert "--route-table-id rtb-" in how.cli


def test_only_the_subnet_without_a_route_is_named() -> None:
    answers = Answers()
    explicit = answers["routes"]["RouteTables"][0]
    explicit["Associations"] = explicit["Associations"][:2]
    found = answers.evaluate("subnets_public")
    assert found.state == "fail"
    assert "subnet-0c" in found.sentence
    assert "subnet-0a" not in found.sentence
    assert found.seen == "2 of 3"


@pytest.mark.parametrize("change", [lambda _: None, main_only(route("igw-0a"))])
def test_subnets_are_public(change: Change) -> None:
    answers = Answers()
    change(answers)
    assert answers.evaluate("subnets_public").state == "pass"


def test_the_main_table_of_another_vpc_is_not_taken() -> None:
    answers = Answers()
    main_only(route("igw-0a"))(answers)
    answers["routes"]["RouteTables"][1]["VpcId"] = "vpc-other"
    assert answers.evaluate("subnets_public").state == "could_not_tell"


@pytest.mark.parametrize(
    ("fact", "answer"),
    [
        ("subnets", {}),
        ("subnets", {"Subnets": []}),
        ("subnets", failure("throttled")),
        ("routes", {}),
        ("routes", {"RouteTables": []}),
        ("routes", failure("malformed")),
    ],
)
def test_subnets_could_not_be_told(fact: str, answer: Any) -> None:
    answers = Answers()
    answers[fact] = answer
    found = answers.evaluate("subnets_public")
    assert (found.state, found.missing_action) == ("could_not_tell", None)


OPEN: list[Change] = [
    lambda _: None,
    rules(rule(IpProtocol="-1", IpRanges=[{"CidrIp": "0.0.0.0/0"}])),
    rules({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}),
    rules(rule(FromPort=9000, ToPort=9999, IpRanges=[{"CidrIp": "0.0.0.0/0"}])),
    rules(open_port(9196, "0.0.0.0/1", "128.0.0.0/1")),
    rules(open_port(9196, "10.0.0.0/8"), open_port(9196, "0.0.0.0/0")),
    entries(let_in(90, ports=(22, 22), action="deny"), let_in(100)),
    entries(let_in(100), let_in(200, action="deny")),
    entries(IN, out=[let_out(100, ports=(1024, 65535))]),
    entries(IN, out=[let_out(100, ports=(32768, 65535))]),
    entries(IN, out=[let_out(1, ports=(32768, 40000)), let_out(2, ports=(40001, 61000))]),
]
CLOSED: list[tuple[Change, str]] = [
    (rules(), "sg-0a 9196"),
    (rules(open_port(9096, "0.0.0.0/0")), "9196"),
    (rules(rule(IpProtocol="udp", IpRanges=[{"CidrIp": "0.0.0.0/0"}])), "9196"),
    (rules(rule(UserIdGroupPairs=[{"GroupId": "sg-77"}])), "sg-77"),
    (entries(), "acl-0a 9196"),
    (entries(let_in(90, action="deny"), let_in(100)), "acl-0a"),
    (entries(let_in(200), let_in(100, ports=(9000, 9200), action="deny")), "acl-0a"),
    (entries(let_in(100, ports=(443, 443))), "acl-0a"),
    (entries(let_in(100, cidr="::/0")), "acl-0a"),
    (entries(IN, out=[]), "ephemeral ports"),
    (entries(IN, out=[let_out(100, ports=(443, 443))]), "ephemeral ports"),
    (
        entries(IN, out=[let_out(90, ports=(40000, 50000), action="deny"), let_out(100)]),
        "ephemeral ports",
    ),
]
UNSURE: list[tuple[Change, str]] = [
    (rules(open_port(9196, "203.0.113.0/24", "10.0.0.0/8")), "203.0.113.0/24 10.0.0.0/8"),
    (rules(open_port(9196, SIX)), SIX),
    (rules(rule(PrefixListIds=[{"PrefixListId": "pl-12"}])), "pl-12"),
    (entries(let_in(100, cidr="203.0.113.0/24")), "203.0.113.0/24 acl-0a"),
    (
        entries(let_in(90, cidr="198.51.100.0/24", action="deny"), let_in(100)),
        "198.51.100.0/24",
    ),
    (entries(IN, out=[let_out(100, cidr="203.0.113.0/24")]), "203.0.113.0/24 ephemeral"),
]


@pytest.mark.parametrize("change", OPEN)
def test_firewall_is_open(change: Change) -> None:
    answers = Answers()
    change(answers)
    assert answers.evaluate("firewall").state == "pass", answers.evaluate("firewall").sentence


@pytest.mark.parametrize(("change", "words"), CLOSED)
def test_firewall_is_closed(change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate("firewall")
    assert found.state == "fail"
    for word in words.split():
        assert word in found.sentence


@pytest.mark.parametrize(("change", "words"), UNSURE)
def test_firewall_is_open_to_some(change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate("firewall")
    assert (found.state, found.missing_action) == ("could_not_tell", None)
    for word in words.split():
        assert word in found.sentence


FROM = {"from_addresses": ("203.0.113.20",)}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda _: None, "pass"),
        (rules(open_port(9196, "203.0.113.0/24")), "pass"),
        (rules(open_port(9196, "198.51.100.0/24")), "fail"),
        (rules(open_port(9196, SIX)), "fail"),
        (rules(rule(PrefixListIds=[{"PrefixListId": "pl-12"}])), "could_not_tell"),
        (entries(let_in(90, cidr="203.0.113.0/24"), let_in(100, action="deny")), "pass"),
        (entries(let_in(90, cidr="203.0.113.16/28", action="deny"), let_in(100)), "fail"),
        (entries(let_in(90, cidr="198.51.100.0/24", action="deny"), let_in(100)), "pass"),
    ],
)
def test_firewall_for_a_known_address(change: Change, state: str) -> None:
    answers = Answers()
    change(answers)
    assert answers.evaluate("firewall", **FROM).state == state


def test_any_group_of_several_may_let_in() -> None:
    answers = Answers()
    rules()(answers)
    answers.nodes["SecurityGroups"].append("sg-0b")
    other = {"GroupId": "sg-0b", "IpPermissions": [open_port(9196, "0.0.0.0/0")]}
    answers["groups"]["SecurityGroups"].append(other)
    assert answers.evaluate("firewall").state == "pass"


def test_a_group_of_another_is_not_taken() -> None:
    answers = Answers()
    rules()(answers)
    other = {"GroupId": "sg-99", "IpPermissions": [open_port(9196, "0.0.0.0/0")]}
    answers["groups"]["SecurityGroups"].append(other)
    assert answers.evaluate("firewall").state == "fail"


@pytest.mark.parametrize(
    "change", [rules(open_port(9196, "anywhere")), entries(let_in(1, cidr="x"))]
)
def test_a_range_that_is_none_could_not_be_told(change: Change) -> None:
    answers = Answers()
    change(answers)
    assert answers.evaluate("firewall").state == "could_not_tell"


def test_every_network_acl_of_the_subnets_must_let_in() -> None:
    answers = Answers()
    first = answers["nacls"]["NetworkAcls"][0]
    moved = first["Associations"].pop()
    answers["nacls"]["NetworkAcls"].append(
        {"NetworkAclId": "acl-0b", "Associations": [moved], "Entries": []}
    )
    found = answers.evaluate("firewall")
    assert found.state == "fail"
    assert "acl-0b" in found.sentence
    assert "acl-0a" not in found.sentence


@pytest.mark.parametrize("fact", ["groups", "nacls"])
@pytest.mark.parametrize("answer", [{}, {"SecurityGroups": [], "NetworkAcls": []}])
def test_firewall_could_not_be_told(fact: str, answer: Any) -> None:
    answers = Answers()
    answers[fact] = answer
    assert answers.evaluate("firewall").state == "could_not_tell"


@pytest.mark.parametrize(
    ("fact", "action"),
    [("groups", "ec2:DescribeSecurityGroups"), ("nacls", "ec2:DescribeNetworkAcls")],
)
def test_a_denied_half_could_not_be_told_unless_the_other_is_closed(fact: str, action: str) -> None:
    answers = Answers()
    answers[fact] = failure("denied", action)
    found = answers.evaluate("firewall")
    assert (found.state, found.missing_action) == ("could_not_tell", action)
    (rules if fact == "nacls" else entries)()(answers)
    if fact == "nacls":
        assert answers.evaluate("firewall").state == "fail"
    else:
        answers["nacls"]["NetworkAcls"][0]["Entries"] = []
        assert answers.evaluate("firewall").state == "fail"


@pytest.mark.parametrize("field", ["ClientSubnets", "SecurityGroups"])
def test_without_names_nothing_is_asked_about_everything(field: str) -> None:
    answers = Answers()
    answers.nodes[field] = []
    facts = answers.facts()
    of_subnets = ("subnets", "nacls")
    for name in of_subnets if field == "ClientSubnets" else ("groups",):
        with pytest.raises(NotKnown):
            calls_of(facts)[name].make(None, facts)  # type: ignore[arg-type]
    assert answers.evaluate("firewall").state == "could_not_tell"


@pytest.mark.parametrize(
    ("check", "fact", "rows", "field"),
    [
        ("firewall", "groups", "SecurityGroups", "IpPermissions"),
        ("subnets_public", "routes", "RouteTables", "Routes"),
    ],
)
def test_rules_that_are_not_told_are_not_the_same_as_none(
    check: str, fact: str, rows: str, field: str
) -> None:
    answers = Answers()
    row = answers[fact][rows][0]
    row[field] = []
    assert answers.evaluate(check).state == "fail"
    del row[field]
    found = answers.evaluate(check)
    assert found.state == "could_not_tell"
    assert field in found.sentence
