"""New versions of a secret, and making an earlier one current again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max

from kalixweb.audit.unit_of_work import unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import Secret, SecretEntry, SecretVersion
from secrets_app.services import naming, rows, sealed
from secrets_app.services.naming import NotAccepted
from secrets_app.services.sealed import Part
from secrets_app.services.write_limit import count_writes


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a save comes to: ``same`` were given but hold that value already."""

    current: Mapping[str, SecretEntry]
    values: Mapping[str, SecretValue]
    same: frozenset[str]
    dropped: frozenset[str]

    @property
    def changes(self) -> set[str]:
        return set(self.values) - self.same

    @property
    def kept(self) -> set[str]:
        """Entries that must be opened to be sealed for the new version."""
        return set(self.current) - set(self.values) - self.dropped


def save_version(
    *,
    actor: Actor,
    secret: Secret,
    values: Mapping[str, SecretValue],
    drop: Collection[str] = (),
    expected: int | None = None,
    corrected: Collection[str] = (),
    saved_by: Actor | None = None,
) -> SecretVersion | None:
    """Set the given entries and drop the named ones; all others are kept and sealed anew.

    None when nothing differs from the current version. ``expected`` is the current version that
    the actor saw; ``corrected`` are entries whose new value the actor never saw, and whose setter
    stays who it was; ``saved_by`` knows the values if the actor does not. Raises Denied,
    NotAccepted, TooManyWrites, FreshSignInNeeded, ChangedMeanwhile, StillInUse (a dropped entry is
    used), SecretGone, RowAltered, and what sealing raises.
    """
    rows.require(actor, secret, "secret.update")
    values, bundle = sealed.checked(secret.type, values)
    may_compare = count_writes(actor, secret.id, values)
    with unit_of_work(actor):
        row = rows.locked(secret, expected)
        rows.require_fresh_for_ca(actor, row)
        plan = _plan(row, values, drop, may_compare=may_compare)
        if not plan.changes and not plan.dropped:
            rows.record(row, "secret.unchanged", entries_written=set(values))
            return None
        row.current_version = _next_number(row)
        rows.write(row)
        version = sealed.write_version(
            secret=row,
            number=row.current_version,
            actor=saved_by or actor,
            parts=_parts(row, plan, corrected),
            bundle=bundle,
        )
        rows.record(
            row,
            "secret.version_saved",
            entries=set(plan.current) - plan.dropped | set(values),
            entries_changed=plan.changes,
            entries_dropped=plan.dropped,
        )
    return version


def make_current(
    *, actor: Actor, secret: Secret, number: int, expected: int | None = None
) -> Secret:
    """Make another version current again; nothing is opened.

    Raises Denied, NotAccepted (no such version), StillInUse (it lacks an entry that is used),
    FreshSignInNeeded, ChangedMeanwhile, SecretGone, RowAltered.
    """
    rows.require(actor, secret, "secret.update")
    with unit_of_work(actor):
        row = rows.locked(secret, expected)
        rows.require_fresh_for_ca(actor, row)
        entries = sealed.entries_of(row, number)
        if not entries:
            raise NotAccepted("version", f"{row.name} has no version {number}.")
        rows.refuse_missing(
            row, entries, f"Version {number} without {{names}} cannot be made current"
        )
        if number != row.current_version:
            before, row.current_version = row.current_version, number
            rows.write(row)
            rows.record(row, "secret.made_current", version_before=before, entries=set(entries))
    return row


def _plan(
    row: Secret, values: Mapping[str, SecretValue], drop: Collection[str], *, may_compare: bool
) -> _Plan:
    current = sealed.entries_of(row, row.current_version)
    for name in drop:
        if name not in current or name in values:
            raise NotAccepted("entries", f"{row.name} has no entry {name} to drop.")
    rows.refuse_missing(row, current.keys() - set(drop), "{names} cannot be dropped")
    same = frozenset(
        name
        for name, value in values.items()
        if may_compare and name in current and sealed.holds(row, current[name], value)
    )
    plan = _Plan(current, values, same, frozenset(drop))
    if not values and not plan.kept:
        raise NotAccepted(
            "entries", "A secret holds at least one entry. Delete the secret instead."
        )
    sizes = [current[name].size for name in plan.kept] + [len(v) for v in values.values()]
    naming.check_sizes(sizes)
    return plan


def _parts(row: Secret, plan: _Plan, corrected: Collection[str]) -> dict[str, Part]:
    """All entries of the new version; ``row`` already points to it."""
    parts = {}
    for name, value in plan.values.items():
        stays = name in plan.same or name in corrected
        number = plan.current[name].set_in if stays else row.current_version
        parts[name] = Part(value, number)
    for name in plan.kept:
        entry = plan.current[name]
        parts[name] = Part(sealed.open_entry(row, entry), entry.set_in)
    return parts


def _next_number(row: Secret) -> int:
    newest = SecretVersion.objects.for_project(row.project_id).filter(secret=row)
    return int(newest.aggregate(Max("number"))["number__max"]) + 1
