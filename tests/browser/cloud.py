"""The AWS account that the instance finds: clusters to connect, and to learn from."""

from dataclasses import dataclass

from kalixweb.practice.server import Practice
from tests.browser.site import Site
from tests.fakes.aws import Account, FakeAws, building, healthy_account

# The projects of these tests that may use the host's own credentials.
PROJECTS = ("shown", "msk-onboarding", "msk-no-script", "msk-broken", "msk-taken")
SCRAM = "BootstrapBrokerStringSaslScram"
IAM = "BootstrapBrokerStringSaslIam"


def account() -> Account:
    """``orders`` is ready; ``ordersprod`` has no public access; two take no user and password."""
    account = healthy_account(users=("alice", "bob"), topics=("orders", "shipments"))
    broken = building.provisioned(account, "ordersprod")
    ready, network = account.cluster("orders"), account.cluster("ordersprod")["Provisioned"]
    network["BrokerNodeGroupInfo"] = ready["Provisioned"]["BrokerNodeGroupInfo"] | {
        "ConnectivityInfo": {"PublicAccess": {"Type": "DISABLED"}}
    }
    account.strings[broken] = building.strings(account, "ordersprod", 3, SCRAM, IAM)
    key = building.key(account, "ordersprod")
    building.secret(account, "svc-orders", key_arn=key, cluster=broken)
    building.topic(account, broken, "orders")
    building.serverless(account, "analytics")
    iam = building.provisioned(account, "clicks")
    sasl = account.clusters[iam]["Provisioned"]["ClientAuthentication"]["Sasl"]
    sasl["Scram"]["Enabled"] = False
    return account


def name_practice_brokers(aws: FakeAws, practice: Practice) -> None:
    """From now on the ready cluster's public string names a listener of practice Kafka."""
    arn = aws.account.cluster("orders")["ClusterArn"]
    good = practice.listeners["good"].server
    aws.account.strings[arn]["BootstrapBrokerStringPublicSaslScram"] = good


@dataclass(frozen=True)
class Onboarding:
    """An onboarding of the project; ``path`` is the beginning of its steps' addresses."""

    path: str

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 2)[1]

    def step(self, name: str) -> str:
        return f"{self.path}{name}/"


def add_account(site: Site, project: str, name: str = "production") -> str:
    """An account with the host's own credentials; the address of its page."""
    fields = {"name": name, "region": "eu-central-1", "way": "host"}
    return site.post(f"/p/{project}/msk/accounts/new/", fields)


def begin_onboarding(site: Site, project: str, cluster: str) -> Onboarding:
    """An onboarding to the cluster with this ARN, with the only account of the project."""
    here = site.post(f"/p/{project}/msk/new/", {})
    onboarding = Onboarding(here.rsplit("/", 2)[0] + "/")
    site.post(onboarding.step("cluster"), {"cluster": cluster})
    return onboarding
