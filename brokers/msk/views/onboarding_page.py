"""What every step of a walk shows: the steps, how this one stands, and the way on."""

from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from django.urls import reverse

from brokers.models import CLUSTERS, MskSetup
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding import progress
from brokers.msk.onboarding.progress import DONE, NEXT, WAITING, WRONG, Step
from brokers.msk.views import step_commands
from brokers.msk.views.aws_commands import signs_in
from brokers.msk.views.command_values import Known
from brokers.msk.views.onboarding_list import RIGHTS
from brokers.msk.views.step_request import Visit
from brokers.msk.views.urls import step_address
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project

STEPS = ("account", "cluster", "readiness", "user", "topics", "acls", "connection", "test")
_MARKS = {DONE: "passed", WRONG: "failed", NEXT: "waiting", WAITING: "waiting"}
_WORDS = {DONE: "", WRONG: "wrong", NEXT: "next", WAITING: ""}
_SAID = {DONE: "Done", WRONG: "Wrong", NEXT: "Next", WAITING: "Not yet"}
_HEADINGS = {
    "account": ("Which AWS account holds it?", "kalixweb signs in with it, and only describes."),
    "cluster": ("Which cluster?", "kalixweb finds it and fetches its bootstrap servers."),
    "readiness": ("Is it ready?", ""),
    "user": ("Who logs in?", "The SCRAM user of the cluster, and where its password lies."),
    "topics": ("Which topics?", "The test asks whether the user may read and write them."),
    "acls": ("May the user use them?", "IAM policies do nothing for SCRAM users: they need ACLs."),
    "connection": ("Fill the connection in.", "Everything comes from the steps before."),
    "test": ("Test it.", "Ends in a green run, or says where and why it stops."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """One step as the line of steps shows it."""

    id: str
    title: str
    url: str
    mark: str
    word: str
    state: str
    said: str
    sentence: str
    is_here: bool

    @property
    def is_done(self) -> bool:
        return self.state == DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkPage:
    """``version`` is empty when nothing is under way; ``onward`` is the step after this one."""

    setup: MskSetup
    name: str
    template: str
    steps: list[Chip]
    here: Chip
    onward: Chip | None
    heading: str
    lead: str
    known: Known
    tools: list[step_commands.Tool]
    may_change: bool
    version: str
    poll_url: str
    policy_url: str

    @property
    def is_open(self) -> bool:
        return bool(self.version)

    @property
    def step(self) -> Chip:
        return self.here

    @property
    def last(self) -> Chip:
        return self.steps[-1]

    @property
    def acls_url(self) -> str:
        return self.steps[STEPS.index("acls")].url

    @property
    def readiness_url(self) -> str:
        return self.steps[STEPS.index("readiness")].url


def build(visit: Visit, version: str) -> WalkPage:
    """The page of one step; ``version`` as views.msk.asked gives it."""
    request, project, setup, step = visit.request, visit.project, visit.setup, visit.step
    chips = [_chip(project, setup, one, step) for one in progress.steps(setup, visit.readiness)]
    place = STEPS.index(step)
    known = known_of(visit)
    if step == "account" and setup.account:
        known = replace(known, signs_in=signs_in(setup.account, lookup.external_id(project)))
    if step == "topics":
        known = replace(known, brokers=_brokers(setup))
    heading, lead = _HEADINGS[step]
    if step == STEPS[-1] and chips[place].is_done:
        heading, lead = "The cluster is connected.", "The walk ends here."
    asked = request.GET.copy()
    asked["seen"] = version
    return WalkPage(
        setup=setup,
        name=setup.cluster_name or "New cluster",
        template=f"brokers/msk/step_{step}.html",
        steps=chips,
        here=chips[place],
        onward=chips[place + 1] if place + 1 < len(chips) else None,
        heading=heading,
        lead=lead,
        known=known,
        tools=step_commands.of_step(step, known),
        may_change=cast("ProjectRequest", request).rights >= RIGHTS,
        version=version,
        poll_url=f"{request.path}?{asked.urlencode()}",
        policy_url=_policy_url(project, setup),
    )


def _chip(project: Project, setup: MskSetup, step: Step, here: str) -> Chip:
    return Chip(
        id=step.id,
        title=step.title,
        url=step_address(project, setup, step.id),
        mark=_MARKS[step.state],
        word=_WORDS[step.state],
        state=step.state,
        said=_SAID[step.state],
        sentence=step.sentence,
        is_here=step.id == here,
    )


def known_of(visit: Visit) -> Known:
    """What the commands of the walk are filled in with."""
    setup, strings = visit.setup, visit.strings
    chosen = next((one["servers"] for one in strings if one["is_chosen"]), ())
    inside = next((o["servers"] for o in strings if o["field"] == _INSIDE), ())
    reference = (
        f"{setup.password_secret.name}/{setup.password_entry}" if (setup.password_secret) else ""
    )
    connection = setup.connection
    given: dict[str, Any] = {
        "account": setup.account.name if setup.account else "",
        "region": _region(setup),
        "arn": setup.cluster_arn,
        "named_user": setup.user,
        "connection": connection.name if connection else "",
        "reference": reference,
    }
    return Known(
        project=visit.project.name,
        topics=tuple(setup.topics),
        groups=tuple(setup.groups),
        servers=tuple(connection.servers if connection else chosen),
        inside=tuple(inside),
        **{name: value for name, value in given.items() if value},
    )


_INSIDE = "BootstrapBrokerStringSaslScram"


def _region(setup: MskSetup) -> str:
    """The cluster's, which its ARN names; else the account's."""
    if setup.cluster_arn:
        return setup.cluster_arn.split(":")[3]
    return setup.account.region if setup.account else ""


def _brokers(setup: MskSetup) -> int | None:
    """How many brokers the cluster has, where the walk's account has listed it."""
    listed = lookup.answered_of_setup(setup, CLUSTERS)
    rows = ((listed.document if listed else None) or {}).get("clusters", ())
    return next((one["brokers"] for one in rows if one["arn"] == setup.cluster_arn), None)


def _policy_url(project: Project, setup: MskSetup) -> str:
    return f"{reverse('brokers:msk-policy', args=[project.name])}?{urlencode({'walk': setup.id})}"
