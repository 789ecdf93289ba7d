"""Pages of the faults in the list of bootstrap servers and the kind of login."""

from brokers.engine.guide.page import Line, Page, Platform

WHERE_SERVERS: dict[Platform, str] = {
    "msk": """Every string with what it is for, here or from AWS itself:

        | kalixweb msk brokers ARN
        | aws kafka get-bootstrap-brokers --cluster-arn ARN

        Use `BootstrapBrokerStringSaslScram` inside the VPC,
        `BootstrapBrokerStringPublicSaslScram` elsewhere.""",
    "confluent-cloud": """`confluent kafka cluster describe lkc-…` prints the endpoint; it is
        written without `SASL_SSL://`, with port 9092.""",
    "aiven": """`avn service get SERVICE --json` lists host and port under `components`; take
        the one with `kafka_authentication_method` `sasl`.""",
    "event-hubs": "It is always `NAMESPACE.servicebus.windows.net:9093`.",
    "strimzi": """The listener's address stands in the status of the cluster:

        | kubectl get kafka CLUSTER -o jsonpath='{.status.listeners}'

        Each listener there has `name` and `bootstrapServers`.""",
}

PAGES: dict[str, Page] = {
    "input.no_bootstrap": Page(
        title="No bootstrap server is given",
        first="Enter at least one server as `host:port`.",
        means="""After commas, spaces and line ends were taken away, nothing was left to connect
            to. Nothing was sent anywhere.""",
        recognised="""The list was read before any connection and is empty. An address that was
            there but could not be read is `input.bad_address` instead.""",
        mend=WHERE_SERVERS,
        client="""On a command line an empty variable is the usual cause: `"$BROKERS"` that was
            never set. Print it first:

            | printf '%s\\n' "$BROKERS"

            Give two or three servers where there are several: a client needs only one to answer,
            and one of them may be down.""",
        line=Line(servers=","),
        related=("input.bad_address", "input.placeholder"),
    ),
    "input.bad_address": Page(
        title="A bootstrap server is not host:port",
        first="Write each server as `host:port`, separated by commas or one a line.",
        means="""One entry of the list has no port, a port that does not exist, a space inside or
            a host name that DNS does not allow. No connection was tried, because clients guess in
            such a case: librdkafka takes 9092 for a missing port and cuts 99096 down to 33560.""",
        recognised="""The text itself; the sentence says which rule it breaks. A name that is well
            written but unknown is `resolve.not_found`.""",
        client="""Typical causes and what to write:

            - No port: `b-1.example.com` becomes `b-1.example.com:9096`.
            - A semicolon between servers: use a comma.
            - An IPv6 address: put it in brackets, `[2001:db8::7]:9096`.
            - A port above 65535: compare it with the cluster's own page.""",
        line=Line(servers="127.0.0.1:99096"),
        related=("input.scheme", "input.no_bootstrap", "resolve.not_found"),
    ),
    "input.scheme": Page(
        title="A bootstrap server begins with a scheme",
        first="Remove everything up to and including `://`.",
        means="""A bootstrap server is a bare `host:port`. `https://`, `SASL_SSL://` or
            `kafka://` in front of it is not part of the address.""",
        recognised="""The text holds `://`. Nothing was sent. `SASL_SSL://` is how a broker's own
            configuration and some consoles write listeners; `https://` usually means that the
            address of a console, a REST proxy or a schema registry was copied.""",
        mend={
            "confluent-cloud": """The console shows `SASL_SSL://pkc-….confluent.cloud:9092`: keep
                what follows `//`. The address that begins with `https://` is the REST endpoint,
                not a broker.""",
            "event-hubs": """The connection string says `sb://NAMESPACE.servicebus.windows.net/`.
                The bootstrap server is `NAMESPACE.servicebus.windows.net:9093`.""",
        },
        client="""TLS needs no prefix here: kalixweb always uses it. In a Java client the same
            intention is `security.protocol=SASL_SSL`.""",
        line=Line(servers="SASL_SSL://127.0.0.1:19200"),
        related=("input.bad_address", "tls.http", "kafka.https"),
    ),
    "input.placeholder": Page(
        title="A placeholder stands where an address or a user belongs",
        first="Replace the placeholder by the real bootstrap servers or user.",
        means="""The list of servers, or the user, is text from a guide, such as
            `<bootstrap brokers>`, `HOST:PORT` or `<sasl username>`.""",
        recognised="Angle brackets, or one of the words that guides use. Nothing was sent.",
        mend=WHERE_SERVERS,
        client="""Paste the servers as they are, also over several lines. Angle brackets on a
            command line are worse than wrong: the shell takes `<` for a file to read.""",
        line=Line(servers="<bootstrap-brokers>"),
        related=("input.no_bootstrap", "input.bad_address"),
    ),
    "input.duplicate": Page(
        title="The same server is listed twice",
        first="Remove the repeated server, or replace it by another broker.",
        means="""Host and port stand in the list more than once. It is tested once. Nothing is
            broken, but the list gives less safety than it seems to: if this one broker is down,
            both entries are.""",
        recognised="""Both entries are equal after capitals were made small. Two names that lead
            to one address are not reported here, since that may be on purpose.""",
        client="""Usually one of two pasted lines was meant to be `b-2` or `b-3`. Compare with the
            list that the cluster's platform prints. One name that stands for all brokers (a load
            balancer, or the single address of Confluent Cloud or Event Hubs) is enough alone.""",
        line=Line(servers="127.0.0.1:19200,127.0.0.1:19200"),
        related=("listener.same_for_all", "metadata.two_clusters"),
    ),
    "input.port_for_other_auth": Page(
        title="This port of Amazon MSK serves another kind of login",
        first="Use port 9096 inside the VPC, 9196 with the public names.",
        means="""Every port of Amazon MSK stands for one kind of login and one network. The one
            given does not take SASL/SCRAM, or not for names of this network. The test goes on,
            and what fails later is explained by this.""",
        recognised="""The host is one of Amazon's (`*.kafka.REGION.amazonaws.com`), and the port,
            or the name itself, is for something else. For any other host a port number says
            nothing and is never judged.""",
        mend={
            "msk": """SASL/SCRAM by name:

                - `b-1.…`, inside the VPC: 9096.
                - `b-1-public.…`: 9196.
                - `b-1.scram.…`, multi-VPC connectivity: 14001 for b-1, 14002 for b-2.
                - With IPv6, each of them: 20096.

                The others: 9092 and 20092 plaintext; 9094, 9194 and 20094 client certificates;
                9098, 9198 and 20098 IAM; 2181 and 2182 ZooKeeper.

                If the SCRAM string is missing, SASL/SCRAM is not switched on:

                | aws kafka get-bootstrap-brokers --cluster-arn ARN
                | aws kafka update-security --cluster-arn ARN --current-version VERSION \\
                |   --client-authentication 'Sasl={Scram={Enabled=true}}'

                Name every login that is to stay on, such as `Iam={Enabled=true}`.""",
        },
        client="""Copy the whole string rather than changing the port: public names contain
            `-public`, private ones do not, and the port alone does not turn one into the
            other.""",
        practice="Practice Kafka cannot show it: the host must be one of Amazon's.",
        related=("sasl.iam_only", "tls.client_certificate_required", "connect.silent"),
    ),
    "input.serverless": Page(
        title="MSK Serverless takes no user and password",
        first="Use a provisioned MSK cluster with SASL/SCRAM.",
        means="""A serverless cluster of Amazon MSK knows AWS IAM logins only. It has no SCRAM, no
            Kafka users and no ACLs, so a connection with user and password cannot exist.""",
        recognised="""The host name: serverless clusters end with
            `.kafka-serverless.REGION.amazonaws.com`. Nothing was sent. An IAM port of a provisioned
            cluster is `input.port_for_other_auth` instead.""",
        mend={
            "msk": """A serverless cluster cannot be changed into a provisioned one: make another,
                and move the topics. See which ones there are:

                | aws kafka list-clusters-v2 \\
                |   --query 'ClusterInfoList[].[ClusterName,ClusterType]'

                The guide to MSK has the prerequisites of the new one, in their order.""",
        },
        client="""A client that can sign in by IAM (the library `aws-msk-iam-auth` for Java) goes on
            working with the serverless cluster on port 9098. A service that knows user and
            password only, as Kalix services do, needs the other cluster.""",
        practice="Practice Kafka cannot show it: it is not Amazon MSK.",
        related=("sasl.iam_only", "input.auth_not_on_platform", "input.port_for_other_auth"),
    ),
    "input.auth_not_on_platform": Page(
        title="Amazon MSK does not offer this kind of login",
        first="Choose `scram-sha-512`.",
        means="""The only login with user and password on Amazon MSK is SCRAM-SHA-512. PLAIN and
            SCRAM-SHA-256 do not exist there, whatever the port.""",
        recognised="""The host is one of Amazon's, or the connection says that its platform is
            MSK. It was stopped before anything was sent: PLAIN would hand over the password.""",
        mend={
            "msk": """The user is a secret of AWS Secrets Manager named `AmazonMSK_…`, encrypted
                with a key of your own (not the default `aws/secretsmanager`), and associated:

                | aws kafka batch-associate-scram-secret --cluster-arn ARN \\
                |   --secret-arn-list SECRET_ARN

                Look at `UnprocessedScramSecrets` in the answer: it may be filled although the
                command exits with 0. MSK Serverless has no SCRAM at all, only IAM.""",
        },
        client="""In Java and librdkafka: `sasl.mechanism=SCRAM-SHA-512` with
            `security.protocol=SASL_SSL`, in capitals. If the cluster is not MSK, correct the
            platform of the connection instead.""",
        practice="Practice Kafka cannot show it: it is not Amazon MSK.",
        related=("sasl.mechanism_not_offered", "input.port_for_other_auth", "sasl.iam_only"),
    ),
}
