"""The faults are a public list: each has its row and a test that produces it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from brokers.engine import faults

ROOT = Path(__file__).parents[2]
# What was released keeps its name and its meaning; new codes are added at a release.
RELEASED = {
    "input": "no_bootstrap bad_address scheme placeholder duplicate port_for_other_auth "
    "auth_not_on_platform serverless user_prefix whitespace reference_missing user_missing "
    "password_empty user_not_ascii bad_ca bad_topic value_is_json value_quoted",
    "resolve": "not_found unavailable private refused_target",
    "connect": "refused silent silent_private unreachable some_addresses",
    "tls": "plaintext_kafka http other_protocol silent closed silent_after_hello zookeeper "
    "old_version no_common_cipher ca_same_name intercepted ingress_default unknown_ca "
    "private_ca_not_given system_store_empty public_ca_not_in_bundle self_signed "
    "missing_intermediate ca_is_intermediate ca_is_leaf expired ca_expired not_yet_valid hostname "
    "address_not_in_certificate wrong_purpose weak client_certificate_required bad_chain broken "
    "expires_soon no_san strict_clients_refuse needless_ca",
    "kafka": "https not_kafka malformed closed silent controller_port no_common_version",
    "sasl": "not_enabled mechanism_not_offered iam_only oauth_only unknown_user "
    "user_of_other_mechanism wrong_password wrong_password_whitespace wrong_password_encoded "
    "plain_rejected broker_cannot_prove_itself unacceptable_iterations closed silent broken",
    "metadata": "silent closed empty two_clusters cluster_changed broker_missing error",
    "listener": "loopback unresolvable inside_name private unreachable other_port_kind "
    "host_not_allowed same_for_all",
    "rights": "topic_hidden topic_missing read_denied write_denied group_denied could_not_tell "
    "transactional_id_denied no_leader under_replicated",
    "run": "deadline stopped",
}
CODES = set(faults.TABLE)
# Where a test runs the engine, or the form, over what is wrong and looks at the code that comes.
PRODUCED_IN = ("tests/unit/brokers/engine", "tests/contract", "tests/integration")
NO_EVIDENCE = {"test_fault_table.py"}
# The few codes that are put together: beginning -> what can follow.
COMPOSED = {
    "sasl.": ("closed", "silent"),
    "metadata.": ("closed", "silent"),
    "rights.": ("read_denied", "write_denied"),
}


def _trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def named_in() -> dict[str, list[Path]]:
    """Code -> the files of tests that produce it."""
    files: dict[str, list[Path]] = {code: [] for code in sorted(CODES)}
    for path, tree in _trees(*PRODUCED_IN):
        if path.name.startswith("test_") and path.name not in NO_EVIDENCE:
            for code in _texts(tree) & CODES:
                files[code].append(path)
    return files


def _texts(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def test_no_code_that_was_released_is_gone() -> None:
    released = {f"{family}.{name}" for family, names in RELEASED.items() for name in names.split()}
    assert sorted(released - CODES) == []


def test_every_code_is_produced_by_a_test() -> None:
    unproduced = {code for code, files in named_in().items() if not files}
    assert sorted(unproduced) == []


def test_every_code_is_given_somewhere() -> None:
    """A row that nothing gives is a promise; one that is given without a row would be a crash."""
    given: set[str] = set()
    for path, tree in _trees("brokers"):
        if "faults" in path.relative_to(ROOT).parts:
            continue
        given |= _texts(tree) & CODES
        for text in (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
            start = text.values[0] if text.values else None
            ends = COMPOSED.get(str(start.value), ()) if isinstance(start, ast.Constant) else ()
            given |= {f"{start.value}{end}" for end in ends}  # type: ignore[union-attr]
    assert sorted(CODES - given) == []


def test_faults_are_made_from_the_table_alone() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for path, tree in _trees("brokers", "kalixweb")
        for _ in _calls(tree, {"Fault"})
    }
    assert makers <= {"brokers/engine/faults/__init__.py"}, makers


def test_every_code_that_is_asked_of_the_table_is_in_it() -> None:
    asked = {
        node.args[0].value
        for _, tree in _trees("brokers", "kalixweb")
        for node in _calls(tree, {"make", "make_from", "_make", "fault"})
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    families = {text for text in asked if isinstance(text, str) and "." in text}
    assert families
    assert sorted(code for code in families if code not in faults.TABLE) == []
