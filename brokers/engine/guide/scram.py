"""Pages of the faults of a SCRAM login that was refused: the user or the password."""

from brokers.engine.guide.page import Line, Page, Platform

_SET_PASSWORD: dict[Platform, str] = {
    "msk": """`kalixweb msk check ARN --user alice` looks at the secret. In this order:

        - A change takes up to ten minutes. Old and new password do not overlap: meanwhile some
          brokers take only the one, some only the other.
        - The password is in the associated secret, whose `username` is this user:

        | aws kafka list-scram-secrets --cluster-arn ARN
        | aws secretsmanager describe-secret --secret-id AmazonMSK_alice \\
        |   --query '[LastChangedDate,DeletedDate,KmsKeyId]'
        | aws secretsmanager get-secret-value --secret-id AmazonMSK_alice \\
        |   --query SecretString --output text | jq -r .username

        - Its key was disabled: brokers keep the old one. Enable it, associate the secret again.
        - Another cluster has another password for the same user.""",
    "aiven": """`avn service user-password-reset --username alice SERVICE` makes a new one;
        `avn service user-list SERVICE` shows the users.""",
    "strimzi": """The operator keeps it in a secret with the user's name:

        | kubectl get secret alice -o jsonpath='{.data.password}' | base64 -d

        Delete that secret and the operator makes a new password.""",
    "self-managed": """Set it anew; it is in force at once:

        | kafka-configs.sh --bootstrap-server HOST:PORT --command-config admin.properties \\
        |   --alter --entity-type users --entity-name alice \\
        |   --add-config 'SCRAM-SHA-512=[password=…]'""",
}
_SAVE = """Save it as a new version of the secret, without a line end:

            | printf %s "$PASSWORD" | kalixweb secret create generic orders-kafka \\
            |   --literal pwd=-"""

PAGES: dict[str, Page] = {
    "sasl.unknown_user": Page(
        title="The broker does not know the user",
        first="Check the spelling of the user, capitals included; else have it created.",
        means="""No user of this name exists for this SCRAM mechanism, nor for the other one. The
            password was not even looked at, so it may be right.""",
        recognised="""Refused at the first SCRAM message, before any proof of the password; real
            clients show the same text for every refusal. The other mechanism was asked with the
            user's name alone.""",
        mend={
            "msk": """`kalixweb msk check ARN --user alice` looks at it. In this order:

                - The user is the `username` inside the AWS secret, not the secret's name.
                - A new association takes up to ten minutes: wait that long.
                - Is the secret associated, with this cluster?

                | aws kafka list-scram-secrets --cluster-arn ARN
                | aws kafka batch-associate-scram-secret --cluster-arn ARN \\
                |   --secret-arn-list SECRET_ARN

                - Read `UnprocessedScramSecrets` in the answer: it may be filled although the
                  command exits with 0. The name must begin with `AmazonMSK_`, and the key be your
                  own and enabled.
                - The value is JSON with `username` and `password` only, in small letters.
                - Users made by `kafka-configs.sh` do not count on MSK, nor does a `username` that
                  was changed in an associated secret: make a second secret for it.""",
            "strimzi": """A `KafkaUser` with the label `strimzi.io/cluster: CLUSTER` and:

                | spec:
                |   authentication:
                |     type: scram-sha-512""",
            "aiven": "`avn service user-create --username alice SERVICE`.",
            "self-managed": """See, then create:

                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --describe --entity-type users
                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type users \\
                |   --entity-name alice --add-config 'SCRAM-SHA-512=[password=…]'""",
        },
        client="Is it the right cluster? The cluster id in the result tells.",
        line=Line(user="nobody"),
        related=("sasl.user_of_other_mechanism", "sasl.wrong_password", "input.user_prefix"),
    ),
    "sasl.user_of_other_mechanism": Page(
        title="The user exists for the other SCRAM mechanism",
        first="Choose the mechanism that the result names.",
        means="""SCRAM-SHA-256 and SCRAM-SHA-512 are two lists of users. This one stands in the
            other list.""",
        recognised="""The first message of this mechanism was refused, the first message of the
            other one was accepted. Only the user's name was sent for it, and the attempt was ended
            there, so it counts as no failed login.""",
        mend={
            "aiven": "Users have both; check which are on: `kafka_sasl_mechanisms`.",
            "self-managed": """Create the user for both, with the same password:

                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type users \\
                |   --entity-name alice --add-config \\
                |   'SCRAM-SHA-512=[password=…],SCRAM-SHA-256=[password=…]'

                Only who knows the password can do it: one cannot be computed from the other.""",
        },
        client="""In Java and librdkafka it is `sasl.mechanism`. If two services share the user,
            change both at once. Prefer SCRAM-SHA-512 where you may choose.""",
        line=Line(user="bob", typed="bob-practice"),
        related=("sasl.unknown_user", "sasl.mechanism_not_offered"),
    ),
    "sasl.wrong_password": Page(
        title="The password is wrong",
        first="Store the password that the cluster's owner set for this user.",
        means="""The user is known, and the proof of the password did not fit. The password itself
            is never sent with SCRAM, and never shown here.""",
        recognised="""Refused at the final SCRAM message, after the broker had answered the first
            with this user's salt. On servers that hide unknown users the sentence says “user or
            password”. White space and Base64 have codes of their own.""",
        mend=_SET_PASSWORD,
        client=_SAVE
        + """

            Where it came from matters: a `$` was eaten by a shell, a comma or quote by a
            configuration format, or another service's password was pasted. A client that is
            still running with an old password goes on trying: restart it.""",
        line=Line(typed="not-the-password"),
        related=(
            "sasl.wrong_password_whitespace",
            "sasl.wrong_password_encoded",
            "sasl.unknown_user",
        ),
    ),
    "sasl.wrong_password_whitespace": Page(
        title="The password has white space around it",
        first="Store the password again without the space or line end.",
        means="""The broker refused the password, and what is stored starts or ends with white
            space. The one is almost always the reason for the other.""",
        recognised="""Refused at the final SCRAM message, and the stored value has white space at an
            end. The password without it was not tried, because a second refusal could lock the
            user out.""",
        mend={
            "msk": """If the line end is in the AWS secret too, brokers want it as well: then it is
                some other thing. See without showing it:

                | aws secretsmanager get-secret-value --secret-id AmazonMSK_alice \\
                |   --query SecretString --output text | jq '.password | test("\\\\s$")'""",
            "strimzi": """A password of your own (`valueFrom.secretKeyRef`) may hold the line end:

                | kubectl get secret NAME -o jsonpath='{.data.password}' | base64 -d | xxd |
                |   tail -1""",
        },
        client="""Cut it off while storing:

            | kalixweb secret create generic orders-kafka --from-file pwd=password.txt --trim

            Make such files with `printf %s`, not with `echo`, and YAML with `|-`, not `|`.""",
        line=Line(typed="alice-practice "),
        related=("input.whitespace", "sasl.wrong_password"),
    ),
    "sasl.wrong_password_encoded": Page(
        title="The password is still in Base64",
        first="Decode the stored password and store what comes out.",
        means="""The broker refused the password, and what is stored is Base64 of printable text.
            Kubernetes shows the values of a secret so; somebody copied one without decoding.""",
        recognised="""Refused at the final SCRAM message, and the stored value decodes to printable
            text. It is a strong hint, not a proof: a password may look so by chance. The decoded
            one was not tried, since that would be a second login.""",
        mend={
            "strimzi": """Decode on the way:

                | kubectl get secret alice -o jsonpath='{.data.password}' | base64 -d |
                |   kalixweb secret create generic orders-kafka --literal pwd=-""",
            "any": """In a manifest, `data:` wants Base64 and `stringData:` the plain value. A value
                that was encoded twice comes out of `base64 -d` still encoded.""",
        },
        client="""Encode and decode without a line end: `printf %s "$PASSWORD" | base64 -w0`. With
            `echo` the encoded value ends in `Cg==` or `K`, and the password has a line end.""",
        line=Line(typed="YWxpY2UtcHJhY3RpY2U="),
        related=("sasl.wrong_password", "sasl.wrong_password_whitespace", "input.value_is_json"),
    ),
}
