"""What every step of an onboarding shows: the steps, how this one stands, and the way on."""

from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from django.urls import reverse

from brokers.models import CLUSTERS, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding import progress
from brokers.msk.onboarding.progress import DONE, NEXT, WAITING, WRONG, OnboardingStep
from brokers.msk.views import step_commands
from brokers.msk.views.aws_commands import signs_in
from brokers.msk.views.command_values import CommandValues
from brokers.msk.views.onboarding_list import RIGHTS
from brokers.msk.views.step_request import StepRequest
from brokers.msk.views.urls import step_address
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project

STEPS = ("account", "cluster", "readiness", "user", "topics", "acls", "connection", "test")
_MARKS = {DONE: "passed", WRONG: "failed", NEXT: "waiting", WAITING: "waiting"}
_WORDS = {DONE: "", WRONG: "wrong", NEXT: "next", WAITING: ""}
_STANDINGS = {DONE: "Done", WRONG: "Wrong", NEXT: "Next", WAITING: "Not yet"}
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
class StepLink:
    """One step as the line of steps shows it."""

    id: str
    title: str
    url: str
    mark: str
    word: str
    state: str
    standing: str
    sentence: str
    is_here: bool

    @property
    def is_done(self) -> bool:
        return self.state == DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingPage:
    """``version`` is empty when nothing is under way; ``onward`` is the step after this one."""

    onboarding: MskOnboarding
    name: str
    template: str
    steps: list[StepLink]
    here: StepLink
    onward: StepLink | None
    heading: str
    lead: str
    values: CommandValues
    tools: list[step_commands.ToolCommands]
    may_change: bool
    version: str
    poll_url: str
    policy_url: str

    @property
    def is_open(self) -> bool:
        return bool(self.version)

    @property
    def step(self) -> StepLink:
        return self.here

    @property
    def last(self) -> StepLink:
        return self.steps[-1]

    @property
    def acls_url(self) -> str:
        return self.steps[STEPS.index("acls")].url

    @property
    def readiness_url(self) -> str:
        return self.steps[STEPS.index("readiness")].url


def build(step_request: StepRequest, version: str) -> OnboardingPage:
    """The page of one step; ``version`` as aws_query.version gives it."""
    request, project, onboarding, step = (
        step_request.request,
        step_request.project,
        step_request.onboarding,
        step_request.step,
    )
    links = [
        _step_link(project, onboarding, one, step)
        for one in progress.steps(onboarding, step_request.readiness)
    ]
    place = STEPS.index(step)
    values = command_values_of(step_request)
    if step == "account" and onboarding.account:
        values = replace(values, signs_in=signs_in(onboarding.account, lookup.external_id(project)))
    if step == "topics":
        values = replace(values, brokers=_brokers(onboarding))
    heading, lead = _HEADINGS[step]
    if step == STEPS[-1] and links[place].is_done:
        heading, lead = "The cluster is connected.", "The MSK onboarding ends here."
    parameters = request.GET.copy()
    parameters["seen"] = version
    return OnboardingPage(
        onboarding=onboarding,
        name=onboarding.cluster_name or "New cluster",
        template=f"brokers/msk/step_{step}.html",
        steps=links,
        here=links[place],
        onward=links[place + 1] if place + 1 < len(links) else None,
        heading=heading,
        lead=lead,
        values=values,
        tools=step_commands.of_step(step, values),
        may_change=cast("ProjectRequest", request).rights >= RIGHTS,
        version=version,
        poll_url=f"{request.path}?{parameters.urlencode()}",
        policy_url=_policy_url(project, onboarding),
    )


def _step_link(
    project: Project, onboarding: MskOnboarding, step: OnboardingStep, here: str
) -> StepLink:
    return StepLink(
        id=step.id,
        title=step.title,
        url=step_address(project, onboarding, step.id),
        mark=_MARKS[step.state],
        word=_WORDS[step.state],
        state=step.state,
        standing=_STANDINGS[step.state],
        sentence=step.sentence,
        is_here=step.id == here,
    )


def command_values_of(step_request: StepRequest) -> CommandValues:
    """What the commands of the onboarding are filled in with."""
    onboarding, strings = step_request.onboarding, step_request.strings
    chosen = next((one["servers"] for one in strings if one["is_chosen"]), ())
    inside = next((o["servers"] for o in strings if o["field"] == _INSIDE), ())
    reference = (
        f"{onboarding.password_secret.name}/{onboarding.password_entry}"
        if onboarding.password_secret
        else ""
    )
    connection = onboarding.connection
    given: dict[str, Any] = {
        "account": onboarding.account.name if onboarding.account else "",
        "region": _region(onboarding),
        "arn": onboarding.cluster_arn,
        "named_user": onboarding.user,
        "connection": connection.name if connection else "",
        "reference": reference,
    }
    return CommandValues(
        project=step_request.project.name,
        topics=tuple(onboarding.topics),
        groups=tuple(onboarding.groups),
        servers=tuple(connection.servers if connection else chosen),
        inside=tuple(inside),
        **{name: value for name, value in given.items() if value},
    )


_INSIDE = "BootstrapBrokerStringSaslScram"


def _region(onboarding: MskOnboarding) -> str:
    """The cluster's, which its ARN names; else the account's."""
    if onboarding.cluster_arn:
        return onboarding.cluster_arn.split(":")[3]
    return onboarding.account.region if onboarding.account else ""


def _brokers(onboarding: MskOnboarding) -> int | None:
    """How many brokers the cluster has, where the onboarding's account has listed it."""
    listed = lookup.answered_of_onboarding(onboarding, CLUSTERS)
    rows = ((listed.document if listed else None) or {}).get("clusters", ())
    return next((one["brokers"] for one in rows if one["arn"] == onboarding.cluster_arn), None)


def _policy_url(project: Project, onboarding: MskOnboarding) -> str:
    address = reverse("brokers:msk-policy", args=[project.name])
    return f"{address}?{urlencode({'onboarding': onboarding.id})}"
