"""A small AWS on 127.0.0.1: MSK, Secrets Manager, KMS, STS and EC2, as far as kalixweb calls them.

``AWS_ENDPOINT_URL`` leads boto3 to it. What an ``Account`` holds has the shape that boto3 gives
back; how it travels is taken from botocore's own model of each service.
"""

from tests.fakes.aws.account import Account
from tests.fakes.aws.healthy import healthy_account
from tests.fakes.aws.refusals import Raw, Refused
from tests.fakes.aws.server import FakeAws

__all__ = ["Account", "FakeAws", "Raw", "Refused", "healthy_account"]
