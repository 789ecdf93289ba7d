"""Pages of the faults in user, password, CA and topics as they were entered."""

from brokers.engine.guide.page import Line, Page

PAGES: dict[str, Page] = {
    "input.user_prefix": Page(
        title="The user begins with “User:”",
        first="Remove `User:` and keep what follows.",
        means="""ACLs write a principal as `User:alice`; a login takes `alice`. Sent as it is, the
            broker looks for somebody whose name begins with `User:`, and finds nobody.""",
        recognised="""The first five letters of the user. The login is still tried, in case
            somebody is really called that; if it is refused, this is named as the cause.""",
        client="""In JAAS and librdkafka it is the same: `username="alice"`,
            `sasl.username=alice`. Keep the prefix only with tools that speak of ACLs:

            | kafka-acls.sh --bootstrap-server HOST:PORT --command-config admin.properties \\
            |   --list --principal User:alice""",
        line=Line(user="User:alice"),
        related=("sasl.unknown_user", "rights.topic_hidden"),
    ),
    "input.whitespace": Page(
        title="User or password has white space around it",
        first="Enter it again without the space, tab or line end.",
        means="""The stored value starts or ends with white space, or has a control character
            inside. Kafka compares every byte, so `secret` and `secret` with a line end are two
            passwords.""",
        recognised="""The value was looked at before the test; the sentence says where the
            character stands and never shows the value. The login is tried as it is. When the
            password is then refused, the verdict is `sasl.wrong_password_whitespace`.""",
        mend={
            "msk": """The line end may also be in the AWS secret itself. Write it anew:

                | aws secretsmanager put-secret-value --secret-id AmazonMSK_alice \\
                |   --secret-string file://alice.json""",
        },
        client="""Most often a file made with `echo`. Use `printf`:

            | printf %s "$PASSWORD" > password.txt

            In Kubernetes encode the same way: `printf %s "$PASSWORD" | base64`. A YAML block
            written with `|` ends with a line end; `|-` does not.""",
        line=Line(user="alice "),
        related=("sasl.wrong_password_whitespace", "sasl.wrong_password", "sasl.plain_rejected"),
    ),
    "input.reference_missing": Page(
        title="The reference leads to no secret",
        first="Choose an existing secret and entry in the form, or create it there.",
        means="""A connection does not hold its password: it names `secret/entry`. That secret, or
            that entry of it, does not exist in this project.""",
        recognised="""The project's secrets were searched by name. A secret of another project
            does not count, nor does a secret that was deleted. A test looks once more for the
            version that it was asked for. Nothing was sent.""",
        client="""See what there is, then create what is missing:

            | kalixweb secret list
            | printf %s "$PASSWORD" | kalixweb secret create generic orders-kafka \\
            |   --literal pwd=-

            The reference is then `orders-kafka/pwd`. A CA may be named by its secret alone:
            `kafka-ca` means `kafka-ca/ca.crt`. Capitals count.""",
        practice="Practice Kafka cannot show it: it is settled before any broker is asked.",
        related=("input.password_empty", "input.bad_ca"),
    ),
    "input.user_missing": Page(
        title="There is no user",
        first="Enter the name of the Kafka user.",
        means="""The user is empty or only white space. Every login that kalixweb makes has one,
            so nothing was tried.""",
        recognised="The field, before any connection.",
        mend={
            "confluent-cloud": "The user is the API key of the cluster, the password its secret.",
            "event-hubs": """The user is literally `$ConnectionString`. On a command line put it in
                single quotes, or the shell replaces it with nothing: that is the usual cause.""",
            "strimzi": "The user is the name of the `KafkaUser` resource.",
            "msk": "The user is the `username` inside the AWS secret, not the secret's own name.",
        },
        client="""If it came from a variable, look whether that is set:

            | printf '%s\\n' "${KAFKA_USER:-not set}\"""",
        line=Line(user=""),
        related=("input.password_empty", "sasl.unknown_user"),
    ),
    "input.password_empty": Page(
        title="The password is empty",
        first="Store the password again; in a shell, put it in single quotes.",
        means="""The value that the connection would send has no characters. A password that
            begins with `$` and stood in double quotes is a variable to the shell, which is
            replaced with nothing.""",
        recognised="The stored value has length 0. Nothing was sent.",
        mend={
            "event-hubs": """The password is the whole connection string:

                | az eventhubs namespace authorization-rule keys list --resource-group GROUP \\
                |   --namespace-name NAMESPACE --name RULE \\
                |   --query primaryConnectionString --output tsv""",
            "strimzi": """Read it from the user's secret:

                | kubectl get secret USER -o jsonpath='{.data.password}' | base64 -d""",
        },
        client="""Give it by standard input, so that no shell touches it and no history keeps it:

            | kalixweb secret create generic orders-kafka --literal pwd=-

            In Docker Compose write `$$` for each `$`.""",
        line=Line(typed=""),
        related=("input.user_missing", "input.whitespace", "sasl.wrong_password"),
    ),
    "input.user_not_ascii": Page(
        title="The user has a letter outside ASCII",
        first="Have a user made whose name has plain ASCII letters only.",
        means="""Apache Kafka stores a SCRAM user such as `jürgen`, but never lets it in: the
            broker reads the name at login in another way than when it was created. The answer
            is the same as for an unknown user.""",
        recognised="""At least one letter of the user is outside ASCII and the login is SCRAM.
            The login is still tried; on refusal this is named as the cause. Look-alike letters
            that were pasted (a Cyrillic one) are found the same way.""",
        mend={
            "self-managed": """Create a user with another name, and give it the rights of the old
                one:

                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type users \\
                |   --entity-name juergen --add-config 'SCRAM-SHA-512=[password=…]'""",
            "strimzi": "Resource names allow no such letter: type the `KafkaUser`'s name again.",
        },
        client="""Type the name by hand once: if the fault is gone, a look-alike letter had been
            pasted. Passwords may have any letter.""",
        line=Line(user="аlice"),  # noqa: RUF001 - the first letter is Cyrillic
        related=("sasl.unknown_user", "input.whitespace"),
    ),
    "input.bad_ca": Page(
        title="The given CA is not a certificate",
        first="Store the CA as PEM text, from BEGIN CERTIFICATE to END CERTIFICATE.",
        means="""The value that is named as CA holds no certificate that can be read: another
            format, a cut text, a private key, or something else altogether.""",
        recognised="""It was parsed before the test. A CA that can be read but is not the right
            one is `tls.unknown_ca`.""",
        mend={
            "strimzi": """The value in Kubernetes is Base64; decode it:

                | kubectl get secret CLUSTER-cluster-ca-cert \\
                |   -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.pem""",
            "aiven": "Fetch it with `avn project ca-get --target-filename ca.pem`.",
            "msk": "No CA is needed: choose none.",
            "confluent-cloud": "No CA is needed: choose none.",
            "event-hubs": "No CA is needed: choose none.",
        },
        client="""Turn other formats into PEM:

            | openssl x509 -inform der -in ca.cer -out ca.pem
            | keytool -exportcert -rfc -keystore truststore.p12 -alias ca -file ca.pem

            Look at what came out: `openssl x509 -in ca.pem -noout -subject -enddate`.""",
        practice="Give any other text file with `--ca-cert`, for example `/etc/hostname`.",
        line=Line(ca="/etc/hostname"),
        related=("tls.unknown_ca", "tls.ca_is_leaf", "tls.needless_ca"),
    ),
    "input.bad_topic": Page(
        title="Kafka allows no topic of this name",
        first="Correct the topic's name: letters, digits, dot, underscore and hyphen only.",
        means="""A topic's name has 1 to 249 characters out of `a-z A-Z 0-9 . _ -`, and is neither
            `.` nor `..`. The one given cannot exist, so no broker was asked for it.""",
        recognised="""The text, before the test; or the broker's own INVALID_TOPIC_EXCEPTION. A
            well-formed name without a topic is `rights.topic_missing`.""",
        client="""Names are taken literally. `orders*` is a pattern and belongs into an ACL, not
            here; name one topic that matches. Quotes, a comma or a `#` are usually left over from
            a list or an URL. `:read` or `:write` after the name is kalixweb's own and says which
            right to ask for.

            | kalixweb probe … --topic orders:read --topic shipments:write""",
        line=Line(more="--topic 'orders*'"),
        related=("rights.topic_missing", "rights.topic_hidden"),
    ),
    "input.value_is_json": Page(
        title="The password is a whole JSON object",
        first="Store only the value of the member `password`.",
        means="""What AWS Secrets Manager shows for an `AmazonMSK_…` secret is a JSON object with
            `username` and `password`. The whole of it was stored as the password.""",
        recognised="""The value is a JSON object that has a member `password`. The login is tried
            as it is, in case that is really the password; a refusal is then explained by
            this.""",
        mend={
            "msk": """Take the member alone, without a line end:

                | aws secretsmanager get-secret-value --secret-id AmazonMSK_alice \\
                |   --query SecretString --output text | jq -j .password |
                |   kalixweb secret create generic orders-kafka --literal pwd=-

                The same answer's `username` is the user.""",
        },
        client="""Look at other consumers of the same secret too: a deployment that mounts the
            whole secret as a file makes the same mistake.""",
        line=Line(typed='{"username": "alice", "password": "alice-practice"}'),
        related=("sasl.wrong_password", "input.value_quoted"),
    ),
    "input.value_quoted": Page(
        title="The password stands in quotation marks",
        first="Store the password without the quotation marks.",
        means="""The first and the last character are the same kind of quotation mark. They came
            along from a JSON or YAML file, a `.env` file or a JAAS line, and are sent as part of
            the password.""",
        recognised="""The value's first and last character. The login is tried as it is, in case
            they belong to it; a refusal is then explained by this.""",
        client="""Where quotes are taken away and where not:

            - Shell, YAML and JAAS take them away.
            - `docker run --env-file` keeps them, and so does `kubectl create secret
              --from-env-file`.
            - `jq .password` prints them; `jq -r .password` does not.

            Store it by standard input:

            | printf %s "$PASSWORD" | kalixweb secret create generic orders-kafka \\
            |   --literal pwd=-""",
        line=Line(typed='"alice-practice"'),
        related=("input.value_is_json", "sasl.wrong_password"),
    ),
}
