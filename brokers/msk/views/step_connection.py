"""The seventh step: a connection, filled in from all the steps before."""

from typing import Any

from django.http import HttpResponse

from brokers.connections.queries import connections
from brokers.connections.services.configuration import Existing
from brokers.models import Connection
from brokers.msk.forms.onboarding import NEW, THERE, FillForm, shown_topics
from brokers.msk.onboarding import fill
from brokers.msk.views.step_request import Visit
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.forms import options
from secrets_app import queries as secrets
from secrets_app.models import TLS_CA
from secrets_app.services import naming


def show(visit: Visit) -> dict[str, Any]:
    """What is filled in, and into which connection."""
    setup = visit.setup
    taken = next((one for one in visit.strings if one["is_chosen"]), None)
    there = setup.connection.name if setup.connection else ""
    initial = {
        "into": THERE if there else NEW,
        "name": naming.suggestion(setup.cluster_name or "msk"),
        "connection": there,
    }
    # A walk that has led to one fills that one in again.
    names = Connection.objects.for_project(visit.project.id).order_by("name")
    others = [] if there else names.values_list("name", flat=True)
    return {
        "form": FillForm(project=visit.project.id, initial=initial),
        "filled": {"serves": taken["serves"] if taken else ""},
        "named": shown_topics(setup),
        "connection_choices": options(others),
        "ca_choices": options(
            one.name for one in secrets.choices(visit.project.id) if one.type == TLS_CA
        ),
    }


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Make or change the connection; a refusal stands at the field that mends it."""
    data, files = visit.request.POST, visit.request.FILES
    form = FillForm(data, files, project=visit.project.id)
    if form.is_valid() and _is_filled(visit, form):
        with shown_in(form, visit.request):
            _fill(visit, form)
    return {"form": form} if form.errors else visit.to("connection")


def _is_filled(visit: Visit, form: FillForm) -> bool:
    setup, is_there = visit.setup, form.cleaned_data["into"] == THERE
    missing = [
        word
        for word, value in (
            ("the cluster's bootstrap servers", visit.strings),
            ("the user", setup.user or is_there),
            ("the password", setup.password_secret or is_there),
        )
        if not value
    ]
    if missing:
        form.refuse("", f"Still missing: {', '.join(missing)}.")
    return not missing


def _fill(visit: Visit, form: FillForm) -> None:
    setup, actor = visit.setup, visit.request.actor
    if visit.bootstrap is None:
        raise fill.NotNamed
    filled = fill.Filled(visit.bootstrap)
    if form.cleaned_data["into"] == THERE:
        name = form.cleaned_data["connection"].strip()
        row = connections.whole(visit.project).filter(name=name).first()
        if row is None:
            form.refuse("connection", f"There is no connection named {name} in this project.")
            return
        saved = fill.change(actor=actor, setup=setup, connection=row, filled=filled)
        visit.say(f"{saved.name} is filled in. Test it next.")
        return
    secret = setup.password_secret
    if secret is None:
        return
    made = fill.create(
        actor=actor,
        setup=setup,
        wanted=fill.configuration(setup, form.cleaned_data["name"].strip(), filled),
        password=Existing(secret, setup.password_entry),
        ca=form.ca,
    )
    visit.say(f"{made.name} is saved. Test it next.")
