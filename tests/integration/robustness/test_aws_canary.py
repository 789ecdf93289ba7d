"""Access keys and passwords of AWS go everywhere that they go, and are then found nowhere."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

from tests.fakes.aws import FakeAws, Refused, healthy_account
from tests.integration.robustness.canaries import Search
from tests.running import RunningInstance
from tests.visitor import PROJECT, set_up

ROLE = "arn:aws:iam::123456789012:role/kalixweb"
CANARIES = {
    "access key id": "AKIACANARYCANARY0001",
    "secret access key": "canary/SecretKey+that/isFoundNowhere==01",
    "taken password": 'taken-from-aws pä$$wörd "it\'s" & <b>%41+/=\\ end',
}
# What the fake gives to whoever assumes a role.
SESSION = {
    "session key": "fake/Session+Secret/0002/ofATestOnly0",
    "session token": "FakeSessionToken0002/+OfATest==",
}
# Run as the host's operator, who may do all this; the worker of the instance asks AWS.
SCRIPT = """
import json, time
from brokers import tasks
from brokers.models import AwsQuery
from brokers.msk.accounts import aws_accounts
from brokers.msk.aws_queries import requests
from brokers.msk.onboarding import lifecycle
from brokers.msk.accounts.aws_accounts import KeyReference, Wanted
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret
actor = Actor(kind="shell", id=None, label="operator")
project = Project.objects.get()
key = KeyReference(Secret.all_projects.get(name="aws-key"), "id", "key")
arn, source, role = "{arn}", "{source}", "{role}"
wanted = [Wanted("by-key", "eu-central-1", "key", key=key)]
wanted += [Wanted("by-role", "eu-central-1", "role", role, key)]
about = dict(arn=arn, user="alice", topics=["orders"])
for one in wanted:
    account = aws_accounts.create(actor=actor, project=project, wanted=one)
    changes = lifecycle.Changes(account=account, cluster_arn=arn, user="alice")
    onboarding = lifecycle.start(actor=actor, project=project, changes=changes)
    taking = dict(about, secret_arn=source, name="alice-" + account.name)
    for kind in {kinds}:
        asked = taking if kind == "password" else about
        query, _ = requests.request(
            actor=actor, account=account, kind=kind, onboarding=onboarding, parameters=asked
        )
        assert tasks.send(query, actor)
        for _ in range(600):
            row = AwsQuery.all_projects.get(id=query.id)
            if not row.is_open:
                break
            time.sleep(0.05)
        print("ASKED", json.dumps([kind, row.state, row.sentence, row.failure, row.document]))
    aws_accounts.delete(actor=actor, account=account)
"""
KINDS = ["identity", "clusters", "brokers", "permissions", "readiness", "password"]


def script(arn: str, source: str, kinds: list[str]) -> str:
    filled = SCRIPT.replace("{arn}", arn).replace("{source}", source).replace("{role}", ROLE)
    return filled.replace("{kinds}", repr(kinds))


def asked(up: RunningInstance, code: str) -> list[list[str]]:
    """Kind, state, sentence, failure and document of each query."""
    said = up.command("manage", "shell", "-c", code)
    assert said.returncode == 0, said.stderr
    lines = [line for line in said.stdout.splitlines() if line.startswith("ASKED ")]
    return [json.loads(line.removeprefix("ASKED ")) for line in lines]


def echo() -> Refused:
    """What a server could say that knows the key of whoever asks, in three spellings."""
    sent = [CANARIES["access key id"], CANARIES["secret access key"]]
    spelt = [s for v in sent for s in (v, quote(v), base64.b64encode(v.encode()).decode())]
    return Refused("UnforeseenException", f"You sent {' | '.join(spelt)}")


def test_no_credential_of_aws_is_found_anywhere(tmp_path: Path) -> None:
    account = healthy_account()
    user, level = CANARIES["access key id"], {"KALIXWEB_LOG_LEVEL": "DEBUG"}
    account.access_keys[user] = f"arn:aws:iam::{account.number}:user/own"
    account.roles[ROLE] = None
    held = account.secrets["AmazonMSK_alice"]
    held.value = json.dumps({"username": "alice", "password": CANARIES["taken password"]})
    arn = next(iter(account.clusters))
    for entry, name in (("id", "access key id"), ("key", "secret access key")):
        (tmp_path / entry).write_text(CANARIES[name])
    search = Search(CANARIES | SESSION)
    source = account.scram[arn][0]
    with FakeAws(account) as aws, RunningInstance(env=aws.environment | level) as up:
        visitor = set_up(up)
        files = [f"--from-file={entry}={tmp_path / entry}" for entry in ("id", "key")]
        made = up.command("secret", "create", "generic", "aws-key", *files)
        assert made.returncode == 0, made.stderr
        good = asked(up, script(arn, source, KINDS))
        account.answer("*", echo())
        bad = asked(up, script(arn, source, KINDS[:-1]))
        account._always.clear()
        account.refuse_keys()
        bad += asked(up, script(arn, source, KINDS[:2]))
        for page in ("", "secrets/", "msk/", "connections/", "audit/"):
            visitor.get(f"/p/{PROJECT}/{page}")
        exported = up.command("audit", "export")
        search.texts("answer", [json.dumps([good, bad], ensure_ascii=False).encode()])
        search.texts("export", [(exported.stdout + exported.stderr).encode()])
        search.processes(up.process.pid)
        search.sessions(up.data / "db" / "kalixweb.sqlite3")
        search.files(up.data)
        up.stop()
        search.files(up.data)
        search.texts("page", visitor.pages)
        search.texts("log line", [line.encode() for line in up.lines])
        visitor.close()
    assert [(kind, state) for kind, state, *_ in good] == [(kind, "done") for kind in KINDS] * 2
    used = {request.key_id for request in account.requests}
    assert user in used
    assert any(one.startswith("ASIA") for one in used)
    assert any("You sent" in str(answer) for answer in bad), "the server never echoed"
    assert search.found == []
