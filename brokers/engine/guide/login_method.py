"""Pages of the faults of the mechanism: what kind of login the listener takes."""

from brokers.engine.guide.page import Line, Page

PAGES: dict[str, Page] = {
    "sasl.not_enabled": Page(
        title="The listener takes no login",
        first="Use the port of a listener with SASL.",
        means="""The port speaks Kafka over TLS, but SASL is not switched on there. It is meant for
            clients without login, or for clients that show a certificate. No password was
            sent.""",
        recognised="""The question for a mechanism was answered with ILLEGAL_SASL_STATE, or requests
            were answered without any login.""",
        mend={
            "msk": """9094 is TLS without SASL. Use 9096, from outside 9196; SASL/SCRAM must be
                switched on for the cluster:

                | aws kafka update-security --cluster-arn ARN --current-version VERSION \\
                |   --client-authentication 'Sasl={Scram={Enabled=true}}'

                Name every login that is to stay on, such as `Iam={Enabled=true}`.""",
            "aiven": """`avn service update SERVICE -c kafka_authentication_methods.sasl=true` opens
                another port for SASL.""",
            "strimzi": """Give the listener `authentication: {type: scram-sha-512}`; without it
                `tls: true` encrypts only.""",
            "self-managed": """Map the listener to SASL_SSL instead of SSL, and name a mechanism:

                | listener.security.protocol.map=CLIENT:SASL_SSL,…
                | listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512
                | listener.name.client.scram-sha-512.sasl.jaas.config=\\
                |   org.apache.kafka.common.security.scram.ScramLoginModule required;""",
        },
        client="""A cluster that lets clients in without login has them all as `User:ANONYMOUS`.
            Tell the owner if that is not meant.""",
        practice="""Practice Kafka cannot show it: its listener `mtls`, the one with TLS but no
            login, stops at the certificate first.""",
        related=("tls.client_certificate_required", "sasl.mechanism_not_offered"),
    ),
    "sasl.mechanism_not_offered": Page(
        title="The listener takes other mechanisms",
        first="Choose one of the mechanisms that the result lists as offered.",
        means="""The broker was asked for a mechanism and answered with the list of those that it
            takes on this listener. Yours is not among them. No password was sent.""",
        recognised="""UNSUPPORTED_SASL_MECHANISM with the list. A list with nothing but IAM or OAuth
            has a page of its own.""",
        mend={
            "msk": "SCRAM-SHA-512 on 9096 and 9196; AWS_MSK_IAM on 9098 and 9198; nothing else.",
            "confluent-cloud": "Choose `plain`: user is the API key, password its secret.",
            "event-hubs": """Choose `plain`: user is `$ConnectionString`, password the whole
                connection string.""",
            "aiven": """Switch it on:

                | avn service update SERVICE -c kafka_sasl_mechanisms.scram_sha_512=true""",
            "strimzi": "SCRAM is always SCRAM-SHA-512 (`authentication.type: scram-sha-512`).",
            "self-managed": """Per listener; then create the user for that mechanism too:

                | listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512""",
        },
        client="""Java and librdkafka want capitals: `sasl.mechanism=SCRAM-SHA-512`. PLAIN hands the
            password to the broker; prefer SCRAM where both are offered.""",
        line=Line("only256"),
        related=("sasl.iam_only", "sasl.oauth_only", "sasl.user_of_other_mechanism"),
    ),
    "sasl.iam_only": Page(
        title="The listener takes AWS IAM only",
        first="Use port 9096 inside the VPC, 9196 with the public names.",
        means="""The only mechanism here is AWS_MSK_IAM: clients sign in with AWS credentials. User
            and password have another port, if the cluster has them at all.""",
        recognised="The list of mechanisms holds AWS_MSK_IAM and nothing else.",
        mend={
            "msk": """See whether SCRAM has a port (`kalixweb msk brokers ARN` shows it too), and
                switch it on if not:

                | aws kafka get-bootstrap-brokers --cluster-arn ARN
                | aws kafka describe-cluster-v2 --cluster-arn ARN \\
                |   --query ClusterInfo.CurrentVersion
                | aws kafka update-security --cluster-arn ARN --current-version VERSION \\
                |   --client-authentication 'Sasl={Scram={Enabled=true},Iam={Enabled=true}}'

                Name IAM again, so that it stays on. MSK Serverless has IAM only: there is no way
                to log in with a password.""",
        },
        client="""Rights differ too: IAM identities have policies (`kafka-cluster:*`), SCRAM users
            have Kafka ACLs, and neither applies to the other. After the change of port the user
            needs ACLs.""",
        practice="Practice Kafka cannot show it: it knows no IAM.",
        related=("input.port_for_other_auth", "sasl.mechanism_not_offered", "rights.topic_hidden"),
    ),
    "sasl.oauth_only": Page(
        title="The listener takes OAuth tokens only",
        first="Use the port of a listener with SCRAM or PLAIN, or ask the owner for one.",
        means="""The only mechanism here is OAUTHBEARER: clients bring a token of an identity
            provider. kalixweb logs in with user and password.""",
        recognised="The list of mechanisms holds OAUTHBEARER and nothing else.",
        mend={
            "event-hubs": """A namespace with local authentication off takes only Entra ID tokens.
                Connection strings come back with:

                | az eventhubs namespace update --resource-group GROUP --name NAMESPACE \\
                |   --disable-local-auth false""",
            "confluent-cloud": """API keys go with PLAIN on the same endpoint:
                `confluent api-key create --resource lkc-…`.""",
            "strimzi": """Add a listener beside the one of type `oauth`:

                | - name: scram
                |   port: 9095
                |   type: internal
                |   tls: true
                |   authentication:
                |     type: scram-sha-512""",
            "self-managed": """Add a mechanism to the listener:

                | listener.name.client.sasl.enabled.mechanisms=OAUTHBEARER,SCRAM-SHA-512""",
            "aiven": "`avn service update SERVICE -c kafka_sasl_mechanisms.scram_sha_512=true`.",
        },
        client="A token is no password: it does not work as one, and ends within the hour.",
        practice="Practice Kafka cannot show it: it has no identity provider.",
        related=("sasl.mechanism_not_offered", "sasl.iam_only"),
    ),
}
