"""The list of a project's secrets, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import DenseRank

from secrets_app.models import Secret, SecretEntry, SecretVersion, Usage

PAGE_SIZE = 30
# Of a CA that hundreds of things use, a line names this many.
USERS_NAMED = 2


@dataclass(frozen=True, slots=True)
class ListRow:
    """One secret with its current version and the names of its entries.

    ``users`` are the first that use it, by label; ``more_users`` counts the others.
    """

    secret: Secret
    version: SecretVersion
    entries: Sequence[str]
    users: Sequence[Usage]
    more_users: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """``counts`` holds the number of secrets found of each type."""

    rows: Sequence[ListRow]
    page: Page[Secret]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All that were found, of any type."""
        return sum(self.counts.values())


def count(project: UUID) -> int:
    """How many secrets the project has."""
    return Secret.objects.for_project(project).count()


def list_page(project: UUID, *, search: str = "", type: str = "", page: int = 1) -> ListPage:  # noqa: A002
    """Secrets by name. ``search`` looks in names of secrets, of entries and of users."""
    found = _matching(project, search).order_by("name")
    counts = dict(found.order_by().values_list("type").annotate(Count("id")))
    pages = Paginator(found.filter(type=type) if type else found, PAGE_SIZE)
    pages.count = counts.get(type, 0) if type else sum(counts.values())  # it would ask again
    one_page = pages.get_page(page)
    return ListPage(_rows(project, list(one_page.object_list)), one_page, counts)


def _matching(project: UUID, search: str) -> QuerySet[Secret]:
    secrets = Secret.objects.for_project(project)
    if not search:
        return secrets
    current = SecretEntry.objects.for_project(project).filter(
        version__secret=OuterRef("id"),
        version__number=OuterRef("current_version"),
        name__icontains=search,
    )
    users = Usage.objects.for_project(project).filter(
        secret=OuterRef("id"), label__icontains=search
    )
    return secrets.filter(Q(name__icontains=search) | Exists(current) | Exists(users))


def _rows(project: UUID, secrets: list[Secret]) -> list[ListRow]:
    versions = {
        row.secret_id: row
        for row in SecretVersion.objects.for_project(project).filter(
            secret__in=secrets, number=F("secret__current_version")
        )
    }
    entries: dict[UUID, list[str]] = defaultdict(list)
    for version, name in (
        SecretEntry.objects.for_project(project)
        .filter(version__in=versions.values())
        .order_by("name")
        .values_list("version_id", "name")
    ):
        entries[version].append(name)
    users, counts = _users(project, secrets)
    return [
        ListRow(
            secret,
            versions[secret.id],
            entries[versions[secret.id].id],
            users[secret.id],
            counts.get(secret.id, 0) - len(users[secret.id]),
        )
        for secret in secrets
    ]


def _users(project: UUID, secrets: list[Secret]) -> tuple[dict[UUID, list[Usage]], dict[UUID, int]]:
    """The first users of each secret, each once, and how many there are of each."""
    usages = Usage.objects.for_project(project).filter(secret__in=secrets)
    holders = usages.values_list("secret_id").annotate(Count("holder_id", distinct=True))
    place = Window(DenseRank(), partition_by="secret_id", order_by=["label", "holder_id"])
    first: dict[UUID, dict[UUID, Usage]] = defaultdict(dict)
    for usage in usages.alias(place=place).filter(place__lte=USERS_NAMED).order_by("label"):
        first[usage.secret_id].setdefault(usage.holder_id, usage)
    named = {secret.id: list(first[secret.id].values()) for secret in secrets}
    return named, dict(holders.order_by())
