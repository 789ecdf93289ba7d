"""Commands for a new cluster, where what is wrong was settled when the cluster was made."""

import json

from brokers.aws import commands
from brokers.aws.check import Fix
from brokers.aws.cluster_facts import Facts, at

_INSTANCE = "kafka.m7g.large"
_VERSION = "3.8.x"
_TERRAFORM = """resource "aws_msk_cluster" "this" {
  cluster_name           = "%s"
  kafka_version          = "%s"
  number_of_broker_nodes = %d

  broker_node_group_info {
    instance_type   = %s
    client_subnets  = %s
    security_groups = %s
  }
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }
  client_authentication {
    sasl {
      scram = true
    }
  }
}"""


def new_cluster(facts: Facts) -> Fix:
    """A provisioned cluster in the same subnets, as every prerequisite wants it from the start."""
    nodes = facts.maybe_provisioned("BrokerNodeGroupInfo")
    subnets = at(nodes, "ClientSubnets") or _serverless(facts, "SubnetIds")
    groups = at(nodes, "SecurityGroups") or _serverless(facts, "SecurityGroupIds")
    kind = at(nodes, "InstanceType") or _INSTANCE
    name, count = f"{facts.name}-2", max(len(subnets), 2)
    wanted = {
        "BrokerNodeGroupInfo": {
            "InstanceType": kind,
            "ClientSubnets": subnets,
            "SecurityGroups": groups,
        },
        "KafkaVersion": _VERSION,
        "NumberOfBrokerNodes": count,
        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}},
        "ClientAuthentication": {
            "Sasl": {"Scram": {"Enabled": True}},
            "Unauthenticated": {"Enabled": False},
        },
    }
    return Fix(
        console="MSK, Clusters, Create cluster: Custom create, Provisioned; under Security: "
        "SASL/SCRAM, TLS between clients and brokers, TLS within the cluster.",
        cli=commands.aws(
            facts, "kafka create-cluster-v2", ("cluster-name", name), ("provisioned", wanted)
        ),
        terraform=_TERRAFORM
        % (name, _VERSION, count, *(json.dumps(one) for one in (kind, subnets, groups))),
    )


def _serverless(facts: Facts, field: str) -> list[str]:
    configs = at(facts.maybe("cluster"), "ClusterInfo", "Serverless", "VpcConfigs") or [{}]
    return at(configs[0], field) or []
