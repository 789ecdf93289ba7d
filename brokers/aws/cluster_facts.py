"""What AWS has said so far of one cluster and what belongs to it: answers, or why there is none."""

from collections.abc import Iterable
from typing import Any

from brokers.aws.check_request import CheckRequest
from brokers.aws.failures import AwsFailure

Answer = dict[str, Any]

_OPERATIONS = {
    "cluster": "DescribeClusterV2",
    "strings": "GetBootstrapBrokers",
    "configuration": "DescribeConfigurationRevision",
    "secrets": "ListScramSecrets",
    "secret": "DescribeSecret",
    "policy": "GetResourcePolicy",
    "key": "DescribeKey",
    "subnets": "DescribeSubnets",
    "routes": "DescribeRouteTables",
    "groups": "DescribeSecurityGroups",
    "nacls": "DescribeNetworkAcls",
    "operation": "DescribeClusterOperationV2",
}
_MALFORMED_ACTION = (
    "Check again. If it stays so, see whether a proxy or an AWS_ENDPOINT_URL stands between "
    "kalixweb and AWS."
)


class NotKnown(Exception):
    """A check cannot tell, for a reason that is no failure of a call; one sentence says which."""

    def __init__(self, sentence: str, action: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.action = action


def lacks(operation: str, field: str) -> NotKnown:
    """An answer without a field that it must have says nothing."""
    return NotKnown(f"AWS's answer to {operation} lacks {field}.", _MALFORMED_ACTION)


def at(answer: object, *path: str) -> Any:  # noqa: ANN401 - any part of an answer
    """The part at ``path``; None where it or a parent is absent."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


class Facts:
    """Filled by the one thread that gathers, read by checks and by the threads of later calls."""

    def __init__(self, request: CheckRequest) -> None:
        self.request = request
        self._answers: dict[str, Answer | AwsFailure | NotKnown] = {}

    def note(self, name: str, answer: Answer | AwsFailure | NotKnown) -> None:
        self._answers[name] = answer

    def knows(self, names: Iterable[str]) -> bool:
        return all(name in self._answers for name in self.spelled_out(names))

    def spelled_out(self, names: Iterable[str]) -> list[str]:
        """The facts of these names: ``topics`` stands for one of each topic that was named."""
        topics = [f"topic {topic}" for topic in self.request.topics]
        return [one for name in names for one in (topics if name == "topics" else [name])]

    def answer(self, name: str) -> Answer:
        """The answer; raises AwsFailure or NotKnown where there is none."""
        found = self._answers[name]
        if isinstance(found, Exception):
            raise found
        return found

    def maybe(self, name: str) -> Answer:
        """The answer, or an empty one: for what only fills in a command."""
        found = self._answers.get(name)
        return found if isinstance(found, dict) else {}

    def failed_as(self, name: str, kind: str) -> bool:
        found = self._answers.get(name)
        return isinstance(found, AwsFailure) and found.kind == kind

    def answered(self, name: str) -> bool:
        return isinstance(self._answers.get(name), dict)

    def need(self, name: str, *path: str) -> Any:  # noqa: ANN401 - any part of an answer
        """A part of an answer that AWS always gives."""
        found = at(self.answer(name), *path)
        if found is None or found == "":
            raise lacks(_OPERATIONS.get(name, "DescribeTopic"), ".".join(path))
        return found

    @property
    def is_something_read(self) -> bool:
        """Whether AWS answered anything of a cluster that it knows."""
        return not self.is_unknown_cluster and any(map(self.answered, self._answers))

    # ----- the cluster

    @property
    def is_serverless(self) -> bool:
        return bool(at(self.maybe("cluster"), "ClusterInfo", "ClusterType") == "SERVERLESS")

    @property
    def is_unknown_cluster(self) -> bool:
        return self.failed_as("cluster", "not_found")

    def provisioned(self, *path: str) -> Any:  # noqa: ANN401 - any part of an answer
        """A part of the cluster that may be absent; what every cluster has may not."""
        self.need_provisioned("BrokerNodeGroupInfo")
        return self.maybe_provisioned(*path)

    def need_provisioned(self, *path: str) -> Any:  # noqa: ANN401 - any part of an answer
        return self.need("cluster", "ClusterInfo", "Provisioned", *path)

    def need_nodes(self, field: str) -> list[str]:
        """Names that a call is asked about: with none of them it would be about everything."""
        found: list[str] = self.need_provisioned("BrokerNodeGroupInfo", field)
        if not found:
            raise lacks("DescribeClusterV2", field)
        return found

    def maybe_provisioned(self, *path: str) -> Any:  # noqa: ANN401 - any part of an answer
        return at(self.maybe("cluster"), "ClusterInfo", "Provisioned", *path)

    @property
    def name(self) -> str:
        return self.request.arn.name

    @property
    def is_public(self) -> bool | None:
        """Whether public access is on; None where that is not known."""
        if not isinstance(self.maybe_provisioned("BrokerNodeGroupInfo"), dict):
            return None
        path = ("BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type")
        return bool(self.maybe_provisioned(*path) == "SERVICE_PROVIDED_EIPS")
