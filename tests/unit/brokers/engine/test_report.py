"""Reports to hand on: complete, without secrets, without hosts where that is asked for."""

import json
from typing import Any

import pytest

from brokers.engine import report
from brokers.engine.document import read
from brokers.engine.report import Wishes
from brokers.engine.report.markdown import escaped
from brokers.engine.report.tested_configuration import ReportedTarget
from brokers.engine.results import Fault, RunResult, Verdict
from brokers.runs.views import trace
from tests.fakes import pki
from tests.unit.brokers.engine.conftest import PASSWORD, House, Probe, Start
from tests.unit.brokers.runs import documents

TARGET = ReportedTarget(
    servers=("b-1.kafka.example:9093", "b-2.kafka.example:9093"),
    auth="scram-sha-512",
    user="svc orders",
    name="orders-prod",
    has_ca=True,
    topics=("orders:read",),
    groups=("orders-svc",),
)
FORMS = {
    "text": report.as_text,
    "markdown": report.as_markdown,
    "json": lambda whole, _tested, wishes: report.as_json(whole, wishes),
}


def silent(host: str = "b-1.c1.kafka.example") -> dict[str, Any]:
    fault = Fault(
        "connect.silent",
        f"{host}:9093 did not answer within 5 s (192.0.2.7): a firewall probably.",
        f"Have TCP port 9093 opened to {host}, or run `kalixweb probe` on a machine inside.",
        "network",
    )
    verdict = Verdict("failed", fault.sentence, fault.code, fault.action, "network", f"{host}:9093")
    return documents.document(
        documents.node(host, "pfsssss", fault, attempts=["192.0.2.7 silent"]), verdict=verdict
    )


def test_text_says_verdict_whose_job_brokers_and_where_from() -> None:
    text = report.as_text(documents.degraded(), TARGET)
    assert text.startswith("WORKS IN PART\n2 of 3 brokers answer.\n")
    assert "Whose job: Cluster owner" in text
    assert "What to do: Start it." in text
    assert "resolve 3 ms, connect REFUSED (3 ms), then not reached" in text
    assert "- b-1 ends soon. The cluster owner's job: Renew it. [tls.expires_soon]" in text
    assert "When: 2026-11-22 21:08:14 UTC" in text
    assert "From: laptop, w-1" in text
    assert "Login: scram-sha-512 as svc orders" in text


def test_markdown_has_a_table_of_brokers_and_stages() -> None:
    lines = report.as_markdown(documents.degraded(), TARGET).splitlines()
    assert lines[0] == "## Works in part"
    row = next(line for line in lines if line.startswith("| b-2"))
    assert row.split(" | ")[1:4] == ["3 ms", "REFUSED (3 ms)", "not reached"]


def test_a_real_run_shows_certificates_versions_and_mechanisms(
    probe: Probe, start: Start, house: House
) -> None:
    result = probe(start(), ca_pem=pki.authority("Somebody Else").pem)
    text = report.as_text(result.document(documents.NOW, {"host": "laptop", "worker": ""}))
    assert "Given CA:\n- CN=Somebody Else; signed itself; valid " in text
    assert "days left" in text
    assert "TLS: TLSv1.3" in text
    passed = probe(start()).document(documents.NOW, {"host": "laptop", "worker": ""})
    assert "Offers: SCRAM-SHA-" in report.as_text(passed)


def test_a_broker_stands_with_its_rack(probe: Probe, start: Start) -> None:
    result = probe(start(racks="use1-az1"))
    whole = result.document(documents.NOW, {"host": "laptop", "worker": ""})
    assert "(broker 1, rack use1-az1)" in report.as_text(whole)
    (row,) = trace.build(read(whole), ended=True).rows
    assert row.note == "broker 1 · controller · rack use1-az1"


@pytest.mark.parametrize("form", FORMS)
def test_raw_words_only_when_asked(form: str) -> None:
    whole = documents.degraded()
    whole["nodes"][1]["stages"][1]["raw"] = "ECONNREFUSED as the library says"
    assert "as the library says" not in FORMS[form](whole, TARGET, Wishes())
    assert "as the library says" in FORMS[form](whole, TARGET, Wishes(raw=True))


@pytest.mark.parametrize("form", FORMS)
def test_no_report_holds_the_password(form: str, probe: Probe, start: Start) -> None:
    for password in (PASSWORD, "wrong-canary", " wrong-canary"):
        result = probe(start(), password=password)
        whole = result.document(documents.NOW, {"host": "laptop", "worker": ""})
        said = FORMS[form](whole, TARGET, Wishes(raw=True))
        assert password.strip() not in said


@pytest.mark.parametrize("form", FORMS)
def test_hosts_are_left_out_everywhere_and_stay_apart(form: str) -> None:
    whole = silent()
    whole["nodes"].append(documents.degraded()["nodes"][0])
    whole["nodes"][0]["stages"][1]["raw"] = "no route to b-1-public.c1.kafka.example, [2001:db8::7]"
    whole["nodes"][0]["stages"][2]["facts"] = {
        "chain": [
            {
                "subject": "CN=b-1.c1.kafka.example,O=Shop",
                "issuer": "CN=ca.corp.example",
                "sans": ["*.c1.kafka.example", "192.0.2.7"],
                "not_after": "2026-12-01T20:18:00Z",
            }
        ]
    }
    tested = TARGET.with_servers(("b-1.c1.kafka.example:9093", "standby.other.example:9093"))
    said = FORMS[form](whole, tested, Wishes(hosts=False, raw=True))
    for name in ("kafka.example", "corp.example", "other.example", "192.0.2", "2001:db8", "laptop"):
        assert name not in said, name
    assert "broker-1:9093" in said
    assert "broker-2" in said
    assert "20:18:00" in said or form != "json", "a time is no address"
    assert "connect.silent" in said, "a code is no host"


def test_a_host_that_is_called_like_a_stage_spoils_nothing() -> None:
    whole = json.loads(report.as_json(silent("kafka"), Wishes(hosts=False)))
    assert [stage["stage"] for stage in whole["nodes"][0]["stages"]][3] == "kafka"
    assert whole["nodes"][0]["host"] == "broker-1"
    assert whole["verdict"]["sentence"].startswith("broker-1:9093 did not answer")


def test_silence_prints_the_command_for_the_network_that_matters() -> None:
    said = report.as_text(silent(), TARGET)
    assert (
        "  kalixweb probe b-1.kafka.example:9093,b-2.kafka.example:9093 --auth scram-sha-512 "
        "--user 'svc orders' --password-file FILE --ca-cert CA_FILE --topic orders:read "
        "--group orders-svc\n"
    ) in said
    assert "kalixweb probe" not in report.as_text(documents.degraded(), TARGET)


def test_what_a_server_said_becomes_no_markup() -> None:
    whole = silent()
    whole["verdict"]["sentence"] = "![x](http://evil.invalid) <img src=x> @all **bold**"
    whole["nodes"][0]["stages"][1]["raw"] = "```\n# a heading of its own"
    said = report.as_markdown(whole, TARGET, Wishes(raw=True))
    for markup in ("\n![x]", " <img", " @all", "**bold", "\n```\n# a heading"):
        assert markup not in said, markup
    assert escaped("one ` alone *and*") == r"one ' alone \*and\*"
    assert escaped("run `a*b` *now*") == r"run `a*b` \*now\*"


def test_a_run_without_a_verdict_says_so() -> None:
    whole = RunResult().document(documents.NOW, {})
    assert report.as_text(whole).startswith("NO VERDICT\n")
    assert report.as_text({}).startswith("NO VERDICT\n")
