"""Pages of the faults of trust: the given CA and the chain do not meet."""

from brokers.engine.guide.page import Line, Page, Platform

_GET_CA: dict[Platform, str] = {
    "msk": """Remove the CA from the connection: MSK's certificates are public (Amazon Trust
        Services).""",
    "confluent-cloud": "Remove the CA from the connection: the certificates are public.",
    "event-hubs": "Remove the CA from the connection: the certificates are public.",
    "aiven": """Each project has a CA of its own:

        | avn project ca-get --target-filename ca.pem""",
    "strimzi": """The cluster CA changes when its key is replaced; fetch the present one:

        | kubectl get secret CLUSTER-cluster-ca-cert \\
        |   -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.pem

        A listener with `brokerCertChainAndKey` has another: ask who made it.""",
}
_STORE = """Store the CA and choose it in the connection:

            | kalixweb secret create tls-ca kafka-ca --cert ca.pem

            Compare its SHA-256 with what the owner tells you by another way; never trust the root
            that a server sends along just because it sends it."""

PAGES: dict[str, Page] = {
    "tls.unknown_ca": Page(
        title="The given CA did not issue this certificate",
        first="Get the CA named in the result from the cluster's owner and store it.",
        means="""The broker's chain ends at an issuer that is not in the CA you gave. The
            certificate may be perfectly good, but nothing given here vouches for it.""",
        recognised="""The chain was followed to its end, and the end is not in the given CA by name
            or key. A CA of the same name with another key is `tls.ca_same_name`; a gap in the
            served chain is `tls.missing_intermediate`.""",
        mend=_GET_CA,
        client=_STORE,
        line=Line("otherca"),
        related=("tls.ca_same_name", "tls.private_ca_not_given", "tls.missing_intermediate"),
    ),
    "tls.private_ca_not_given": Page(
        title="The broker's CA is private and none was given",
        first="Get the CA's certificate from the cluster's owner and give it as a tls-ca secret.",
        means="""No CA was chosen, so the system's public CAs were used, and the broker's issuer is
            not among them. That is normal for clusters with a CA of their own.""",
        recognised="""The chain ends at a root, or at an issuer, that the machine's store does not
            know. A machine without any store is `tls.system_store_empty`.""",
        mend={key: _GET_CA[key] for key in ("aiven", "strimzi")},
        client=_STORE,
        line=Line(ca=None),
        related=("tls.unknown_ca", "tls.self_signed", "tls.system_store_empty"),
    ),
    "tls.ca_same_name": Page(
        title="The CA was renewed under the same name",
        first="Get the new CA from the cluster's owner and save it as a new version.",
        means="""The given CA has the right name, but another key than the one that issued the
            broker's certificate. It was made anew, and the name kept.""",
        recognised="""Subject and issuer are equal, the signature does not fit the given key. Both
            fingerprints and dates are shown, so that you can tell old from new.""",
        mend={
            "strimzi": """A cluster that was deleted and made again has a new CA of the same name:

                | kubectl get secret CLUSTER-cluster-ca-cert \\
                |   -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.pem""",
            "aiven": "`avn project ca-get --target-filename ca.pem`; a new project has a new CA.",
            "self-managed": """While both are in use, hand out a file with both certificates, one
                after the other; clients take either.

                | cat ca-old.pem ca-new.pem > ca.pem""",
        },
        client="""Every client with the old CA has the same trouble. Save the new one as a new
            version of the same secret; kalixweb then offers to test whatever uses it.

            | openssl x509 -in ca.pem -noout -fingerprint -sha256 -dates""",
        practice="""Two folders have two CAs of one name. Keep the CA of the first, then start
            another and test its listener `good` with the kept CA:

            | kalixweb practice down
            | kalixweb practice up --folder ./another-practice""",
        related=("tls.unknown_ca", "tls.ca_expired"),
    ),
    "tls.system_store_empty": Page(
        title="This machine trusts no CA at all",
        first="Install the package ca-certificates where kalixweb runs.",
        means="""No CA was given, and the machine has no store of public CAs either. Every broker
            would be refused; it says nothing about this one.""",
        recognised="""The default store of OpenSSL was found empty before the chain was judged.
            Slim container images come without it.""",
        client="""In the image of kalixweb, or of the client:

            | apt-get install -y ca-certificates
            | apk add ca-certificates

            Or point at a bundle that is there:

            | SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt

            librdkafka: `ssl.ca.location=/etc/ssl/certs/ca-certificates.crt`. Java has a store of
            its own and is not affected. Then restart the workers.""",
        practice="""Practice Kafka shows it with an empty store, without `--ca-cert`:

            | export SSL_CERT_FILE=/dev/null SSL_CERT_DIR=/var/empty""",
        related=("tls.private_ca_not_given", "tls.unknown_ca"),
    ),
    "tls.public_ca_not_in_bundle": Page(
        title="A CA was given, but the broker's is public",
        first="Remove the CA from the connection.",
        means="""The broker's certificate is publicly trusted. A given CA replaces the system's
            store, and it does not hold this issuer: it only stands in the way.""",
        recognised="""The chain fails with the given CA and verifies with the system's store. If
            both verify, it is the warning `tls.needless_ca`.""",
        mend={
            "msk": """MSK's brokers always have public certificates. A private CA of AWS
                (ACM PCA) serves to check *clients*, and does not belong here.""",
            "aiven": "Some endpoints have a public certificate; the project's CA is not for them.",
            "strimzi": """The listener got a public certificate by `brokerCertChainAndKey`; the
                cluster CA is then not for clients of that listener.""",
        },
        client="""In librdkafka leave out `ssl.ca.location`, in Java `ssl.truststore.location`. If
            you want to trust nobody else, give the public root itself, not an intermediate:
            intermediates change without notice.""",
        practice="Practice Kafka cannot show it: no public CA signs for `localhost`.",
        related=("tls.needless_ca", "tls.unknown_ca", "tls.ca_is_intermediate"),
    ),
    "tls.self_signed": Page(
        title="The certificate signed itself",
        first="Compare the fingerprint with the cluster's owner, then give this certificate as CA.",
        means="""The broker's certificate has no issuer but itself, and it is not in what you
            trust. Nobody vouches for it, so only its own fingerprint can.""",
        recognised="""Issuer and subject are equal, its own key signed it, and it is not in the
            given CA. A private root that signed a leaf is `tls.private_ca_not_given`.""",
        mend={
            "self-managed": """Better than one such certificate a broker: a small CA.

                | openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj '/CN=Kafka CA' \\
                |   -keyout ca.key -out ca.pem

                Sign each broker's certificate with it; clients then need `ca.pem` alone, also
                for brokers that are added later.""",
        },
        client="""Ask the owner for the SHA-256 by telephone or chat, compare it with the result,
            then store what the broker sent:

            | openssl s_client -connect HOST:PORT </dev/null 2>/dev/null |
            |   openssl x509 -out broker.pem
            | openssl x509 -in broker.pem -noout -fingerprint -sha256

            With several brokers put all their certificates into one file.""",
        line=Line("selfsigned"),
        related=("tls.private_ca_not_given", "tls.ingress_default", "tls.unknown_ca"),
    ),
    "tls.missing_intermediate": Page(
        title="The broker leaves a certificate of its chain out",
        first="Have the broker send its whole chain: leaf first, then the intermediates.",
        means="""The broker sends its own certificate without the one that issued it, and the given
            CA does not hold that one either. Between the two there is a gap that a client cannot
            close by itself.""",
        recognised="""The leaf's issuer was neither served nor given. If that issuer is in truth a
            root, the fault is the CA you gave: store that root instead.""",
        mend={
            "self-managed": """PEM keystore: key, leaf, intermediates, in one file.

                | cat broker.key broker.crt intermediate.crt > broker.pem

                PKCS12: `openssl pkcs12 -export -inkey broker.key -in broker.crt -certfile
                intermediate.crt -out broker.p12`. Then load it without a restart:

                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type brokers \\
                |   --entity-name 1 --add-config \\
                |   listener.name.client.ssl.keystore.location=/etc/kafka/broker.pem""",
            "strimzi": """The file named by `brokerCertChainAndKey.certificate` must hold the whole
                chain.""",
        },
        client="""Until then the intermediate beside the root in your CA file closes the gap. It
            works elsewhere because that client already holds the intermediate.""",
        line=Line("nointermediate"),
        related=("tls.unknown_ca", "tls.ca_is_intermediate", "tls.bad_chain"),
    ),
    "tls.ca_is_intermediate": Page(
        title="The given CA is only an intermediate",
        first="Add the root that is named in the result to the CA.",
        means="""The CA you gave issued the broker's certificate, but is itself issued by another.
            Clients on OpenSSL (librdkafka, Python) follow the chain to a root that signed itself,
            and refuse when it is missing. Java and Go stop at the intermediate and accept.""",
        recognised="""The given certificate is in the served chain and is not self-signed, and its
            issuer was not given.""",
        mend={
            "msk": """Remove the CA. Amazon's intermediates (`Amazon RSA 2048 M…`) change every few
                years; if you want to name one, take Amazon Root CA 1 to 4.""",
            "self-managed": """Hand out the root, or root and intermediate in one file:

                | cat root.pem intermediate.pem > ca.pem""",
        },
        client="""See who issued what you have:

            | openssl x509 -in ca.pem -noout -subject -issuer

            If both lines are equal it is a root. This is why a connection works in Java and not
            in Python.""",
        practice="Practice Kafka cannot show it: it keeps its intermediate to itself.",
        related=("tls.missing_intermediate", "tls.unknown_ca", "tls.ca_is_leaf"),
    ),
    "tls.ca_is_leaf": Page(
        title="The given CA is a broker's certificate",
        first="Give the certificate of the issuer that is named in the result.",
        means="""What was stored as CA is the broker's own certificate, or another one that may not
            sign anything. It ends with the next renewal, and covers one broker at best.""",
        recognised="""The given certificate is the served leaf, or says of itself that it is no CA
            (basicConstraints). A leaf that signed itself is `tls.self_signed`.""",
        mend={
            "strimzi": """Take `CLUSTER-cluster-ca-cert` (key `ca.crt`), not
                `CLUSTER-kafka-brokers`.""",
            "aiven": "Of the three files, `ca.pem` is the CA; `service.cert` is a client's own.",
            "self-managed": """Export the CA's entry, not the broker's:

                | keytool -list -keystore truststore.p12
                | keytool -exportcert -rfc -keystore truststore.p12 -alias ca -file ca.pem""",
        },
        client="""`openssl s_client` prints the broker's certificate first; the CA is the last one
            with `-showcerts`, if it is sent at all. Check before you store:

            | openssl x509 -in ca.pem -noout -text | grep -A1 'Basic Constraints'

            It has to say `CA:TRUE`.""",
        practice="""Save what `openssl s_client -connect 127.0.0.1:19200` prints between BEGIN and
            END as `leaf.pem`, then test the listener `good` with `--ca-cert leaf.pem`.""",
        related=("tls.self_signed", "tls.unknown_ca", "tls.ca_is_intermediate"),
    ),
}
