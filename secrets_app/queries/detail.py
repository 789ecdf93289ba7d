"""One secret as its page shows it: entries, versions, certificates, users."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from secrets_app.models import CertificateFacts, Secret, SecretEntry, SecretVersion, Usage
from secrets_app.queries import holders

VERSIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the current version, the version that set its value, and who uses it."""

    name: str
    set_in: int
    set_by: SecretVersion | None
    users: Sequence[Usage]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version and what it did: entries added, set and dropped against the one before."""

    version: SecretVersion
    added: Sequence[str]
    changed: Sequence[str]
    dropped: Sequence[str]
    certificates: Sequence[CertificateFacts]

    @property
    def is_corrected(self) -> bool:
        """Whether a rule corrected a value, which leaves who set it as it was."""
        return not (self.added or self.changed or self.dropped)


@dataclass(frozen=True, slots=True)
class Detail:
    """``versions`` has the newest first; ``older`` counts those that are left out."""

    secret: Secret
    current: SecretVersion
    entries: Sequence[EntryRow]
    versions: Sequence[VersionRow]
    older: int
    usages: Sequence[Usage]
    certificates: Sequence[CertificateFacts]

    @property
    def users(self) -> list[str]:
        """The labels of everything that uses the secret, each once."""
        return sorted({usage.label for usage in self.usages})

    @property
    def used_by(self) -> str:
        """How many use it, by kind."""
        return holders.counted(self.usages)


def detail(project: UUID, secret: UUID) -> Detail | None:
    """Everything about one secret but its values; None when the project has none such."""
    row = Secret.objects.for_project(project).filter(id=secret).first()
    if row is None:
        return None
    versions = _versions(row)
    entries = _entries(row, versions)
    certificates = _certificates(row, versions)
    usages = list(Usage.objects.for_project(project).filter(secret=row).order_by("label", "entry"))
    listed = versions[:VERSIONS_SHOWN]
    current = next(v for v in versions if v.number == row.current_version)
    return Detail(
        secret=row,
        current=current,
        entries=_entry_rows(entries[current.number], versions, usages),
        versions=[_version_row(version, entries, certificates) for version in listed],
        older=len(versions) - len(listed),
        usages=usages,
        certificates=certificates[current.number],
    )


def _versions(row: Secret) -> list[SecretVersion]:
    return list(
        SecretVersion.objects.for_project(row.project_id).filter(secret=row).order_by("-number")
    )


def _entries(row: Secret, versions: Sequence[SecretVersion]) -> dict[int, dict[str, int]]:
    """Version number → entry name → the version that set it, for what is shown."""
    wanted = _wanted(row, versions)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for number, name, set_in in (
        SecretEntry.objects.for_project(row.project_id)
        .filter(version__secret=row, version__number__in=wanted)
        .order_by("name")
        .values_list("version__number", "name", "set_in")
    ):
        found[number][name] = set_in
    return found


def _wanted(row: Secret, versions: Sequence[SecretVersion]) -> set[int]:
    """The versions that are shown, the one before them to compare with, and the current one."""
    return {version.number for version in versions[: VERSIONS_SHOWN + 1]} | {row.current_version}


def _certificates(
    row: Secret, versions: Sequence[SecretVersion]
) -> dict[int, list[CertificateFacts]]:
    numbers = {version.id: version.number for version in versions}
    found: dict[int, list[CertificateFacts]] = defaultdict(list)
    for facts, version in (
        (facts, facts.entry.version_id)
        for facts in CertificateFacts.objects.for_project(row.project_id)
        .filter(entry__version__secret=row, entry__version__number__in=_wanted(row, versions))
        .select_related("entry")
        .defer("entry__blob", "entry__fingerprint")
        .order_by("position")
    ):
        found[numbers[version]].append(facts)
    return found


def _entry_rows(
    entries: Mapping[str, int], versions: Sequence[SecretVersion], usages: Sequence[Usage]
) -> list[EntryRow]:
    by_number = {version.number: version for version in versions}
    return [
        EntryRow(name, set_in, by_number.get(set_in), [u for u in usages if u.entry == name])
        for name, set_in in entries.items()
    ]


def _version_row(
    version: SecretVersion,
    entries: Mapping[int, Mapping[str, int]],
    certificates: Mapping[int, Sequence[CertificateFacts]],
) -> VersionRow:
    here, before = entries[version.number], entries.get(version.number - 1, {})
    set_here = [name for name, set_in in here.items() if set_in == version.number]
    return VersionRow(
        version,
        added=[name for name in set_here if name not in before],
        changed=[name for name in set_here if name in before],
        dropped=[name for name in before if name not in here],
        certificates=certificates.get(version.number, ()),
    )
