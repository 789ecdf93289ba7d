"""The order in which what failed can be mended: each step only after what AWS wants first."""

from collections.abc import Mapping
from typing import TypedDict

from brokers.aws.check import Finding
from brokers.aws.checks import TABLE

ORDER = (
    "provisioned",
    "tls_in_cluster",
    "active",
    "nothing_in_flight",
    "version",
    "scram_on",
    "unauthenticated_off",
    "tls_only",
    "same_account_and_region",
    "secret_prefix",
    "secret_alive",
    "customer_key",
    "key_usable",
    "user_associated",
    "secret_policy",
    "topics",
    "acls",
    "allow_everyone_off",
    "subnets_public",
    "public_access",
    "bootstrap_servers",
    "firewall",
    "health",
)


class Step(TypedDict):
    """One step of the mending; ``ready`` when nothing that must come first is left to mend."""

    check: str
    title: str
    sentence: str
    ready: bool
    wait: str


def steps(findings: Mapping[str, Finding]) -> list[Step]:
    """What failed, and the ACLs where they must be seen before something else may be mended."""
    wanted = {name for name, finding in findings.items() if finding.state == "fail"}
    if "allow_everyone_off" in wanted and not _is_green("acls", findings):
        wanted.add("acls")
    return [_step(name, findings) for name in ORDER if name in wanted]


def _step(name: str, findings: Mapping[str, Finding]) -> Step:
    check = TABLE[name]
    first = [other for other in check.after if not _is_mended_with(other, name, findings)]
    left = [other for other in ORDER if other in first and not _is_green(other, findings)]
    if left:
        titles = ", ".join(f"“{TABLE[other].title}”" for other in left)
        sentence = f"Only after {titles} {'is' if len(left) == 1 else 'are'} green."
    else:
        sentence = "Ready now."
    return {
        "check": name,
        "title": check.step,
        "sentence": sentence,
        "ready": not left,
        "wait": check.wait,
    }


def _is_mended_with(other: str, name: str, findings: Mapping[str, Finding]) -> bool:
    """Whether the commands of ``name`` make ``other`` green too, as a new secret does."""
    finding = findings.get(name)
    return finding is not None and other in finding.mends


def _is_green(name: str, findings: Mapping[str, Finding]) -> bool:
    finding = findings.get(name)
    return finding is not None and finding.state == "pass"
