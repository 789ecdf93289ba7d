"""Makes a user of the practice Kafka, with a real client. A program, run in a child process.

Standard input: {"bootstrap": HOST:PORT of a listener without login, "user": …, "password": …}.
"""

import json
import sys

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

order = json.load(sys.stdin)
client = AdminClient({"bootstrap.servers": order["bootstrap"], "enable.metrics.push": False})
info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
wanted = UserScramCredentialUpsertion(order["user"], info, order["password"].encode())
for made in client.alter_user_scram_credentials([wanted]).values():
    made.result(timeout=30)
