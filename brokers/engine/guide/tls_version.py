"""Pages of the faults of the handshake itself, and of what stands in the broker's place."""

from brokers.engine.guide.page import Page

PAGES: dict[str, Page] = {
    "tls.old_version": Page(
        title="The broker offers old TLS only",
        first="Have TLSv1.2 and TLSv1.3 enabled on the listener.",
        means="""The broker speaks TLS 1.0 or 1.1 at best. Both are withdrawn (RFC 8996), and
            clients of today do not offer them.""",
        recognised="""The ordinary handshake failed, and a second one that offers only TLS 1.0 and
            1.1 succeeded. The alert “protocol version” alone is no evidence: a server that is too
            new sends it as well.""",
        mend={
            "event-hubs": """The lowest version is a setting of the namespace:

                | az eventhubs namespace update --resource-group GROUP --name NAMESPACE \\
                |   --minimum-tls-version 1.2""",
            "self-managed": """In `server.properties`, then restart one broker after the other:

                | ssl.enabled.protocols=TLSv1.2,TLSv1.3
                | ssl.protocol=TLSv1.3

                If that is so already, look at `jdk.tls.disabledAlgorithms` and the Java version
                (8u251 or older has no TLS 1.3), or at the proxy that ends TLS before Kafka.""",
            "strimzi": """Under `spec.kafka.config` set `ssl.enabled.protocols: TLSv1.2,TLSv1.3`.
                Brokers of any release of today do so by default; look at what stands before
                them.""",
        },
        client="""Lowering the client instead (`ssl.enabled.protocols=TLSv1`) needs OpenSSL's
            security level 0 and exposes the password; do not.

            | openssl s_client -connect HOST:PORT -tls1_2 </dev/null | grep Protocol""",
        practice="""Practice Kafka cannot show it: its Java has TLS 1.0 and 1.1 switched off. Its
            listener `tls12` shows that TLS 1.2 alone is fine.""",
        related=("tls.no_common_cipher", "tls.broken", "tls.weak"),
    ),
    "tls.no_common_cipher": Page(
        title="No cipher in common",
        first="Have `ssl.cipher.suites` removed from the listener: the defaults are right.",
        means="""Client and broker speak the same version of TLS, but share no cipher suite or no
            signature that fits the broker's key.""",
        recognised="""The server refused with “handshake failure” or “insufficient security”, and
            a look with a wider offer shows what it would take, where it takes anything. A version
            that is too old is `tls.old_version`.""",
        mend={
            "self-managed": """On the broker:

                | keytool -list -v -keystore broker.p12 | grep -E 'Entry type|algorithm'

                - The entry must be a `PrivateKeyEntry`: a keystore with certificates alone has
                  no cipher to offer.
                - The key must be RSA or EC; DSA is no longer accepted.
                - `ssl.cipher.suites` must fit the key: `TLS_ECDHE_RSA_…` needs RSA.""",
            "strimzi": """Remove `ssl.cipher.suites` from `spec.kafka.config`, or add
                `TLS_AES_256_GCM_SHA384` and `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`.""",
        },
        client="""A machine in FIPS mode or with a strict crypto policy offers less: compare with
            another one, and see what the server takes:

            | openssl s_client -connect HOST:PORT -cipher ALL:@SECLEVEL=0 </dev/null""",
        practice="Practice Kafka cannot show it: its listeners keep the defaults.",
        related=("tls.old_version", "tls.weak", "tls.broken"),
    ),
    "tls.intercepted": Page(
        title="Something on the way inspects TLS",
        first="Have TLS inspection switched off for this host and port.",
        means="""Amazon MSK and Confluent Cloud serve certificates of public CAs. What answered
            here shows one from a private CA. Most likely a firewall or proxy of your own network
            opens the encryption, reads along, and signs with a CA of its own.""",
        recognised="""The host is one of MSK or Confluent Cloud and the chain ends at a CA that is
            not public; the issuer's name is shown. It is an inference: a private endpoint with a
            name and certificate of your own looks the same.""",
        mend={
            "any": """Tell whoever runs the network host, port and the issuer's name. The usual
                products have a list of hosts that are passed through. Kafka does not survive
                inspection well even where the CA is trusted.""",
        },
        client="""Compare with another network, for example a phone's:

            | openssl s_client -connect HOST:PORT -servername HOST </dev/null 2>/dev/null |
            |   openssl x509 -noout -issuer -fingerprint -sha256

            Do not store that CA in order to get through: it would let the inspecting machine read
            the password. Nothing was sent there beyond the handshake.""",
        practice="Practice Kafka cannot show it: the host must be one of the platform's.",
        related=("tls.unknown_ca", "tls.private_ca_not_given", "tls.closed"),
    ),
    "tls.ingress_default": Page(
        title="An ingress answers with its default certificate",
        first="Have TLS passthrough enabled on the ingress for this host.",
        means="""The ingress controller ended TLS itself and showed the certificate that it has for
            hosts it does not know. Kafka behind it was not reached.""",
        recognised="""The subject of the certificate: “Kubernetes Ingress Controller Fake
            Certificate” or “TRAEFIK DEFAULT CERT”.""",
        mend={
            "strimzi": """With a listener of `type: ingress` all three must hold:

                - ingress-nginx runs with `--enable-ssl-passthrough`.
                - `configuration.bootstrap.host` and each `configuration.brokers[].host` is the
                  host that clients use.
                - Clients connect to port 443.

                | kubectl get ingress -l strimzi.io/cluster=CLUSTER""",
            "self-managed": """With Traefik use an `IngressRouteTCP`, not an `IngressRoute`:

                | routes:
                |   - match: HostSNI(`kafka.example.com`)
                |     services: [{name: kafka, port: 9093}]
                | tls:
                |   passthrough: true""",
        },
        client="""The host in the list must be the very name in the rule, since the ingress decides
            by it (SNI). An IP address never matches a rule.

            | openssl s_client -connect HOST:443 -servername HOST </dev/null | grep subject""",
        practice="Practice Kafka cannot show it: there is no ingress before it.",
        related=("tls.hostname", "tls.self_signed", "kafka.https"),
    ),
    "tls.broken": Page(
        title="TLS failed in another way",
        first="Send the raw text of the result to the cluster's owner.",
        means="""The handshake ended with an alert or error that is none of the causes kalixweb
            can tell apart. The alert is named in the sentence.""",
        recognised="""Everything with a code of its own has been ruled out. The wording of the TLS
            library and the alert's number stand in the raw text.""",
        mend={
            "self-managed": """The broker's own log knows more. Raise it for a moment, then try
                again:

                | kafka-configs.sh --bootstrap-server HOST:PORT --alter \\
                |   --entity-type broker-loggers --entity-name 1 \\
                |   --add-config org.apache.kafka.common.network.SslTransportLayer=DEBUG

                - “unrecognized name” (112): a proxy does not know the host.
                - “internal error” (80): the keystore's key or password does not fit.""",
            "strimzi": "Read the log of the pod that the node belongs to: `kubectl logs POD`.",
        },
        client="""See the whole handshake:

            | openssl s_client -connect HOST:PORT -servername HOST -state -msg </dev/null

            If that works from the same machine, report the result: kalixweb should have named
            the cause.""",
        practice="Practice Kafka cannot show it: each of its faults has a name.",
        related=("tls.no_common_cipher", "tls.old_version", "tls.closed"),
    ),
}
