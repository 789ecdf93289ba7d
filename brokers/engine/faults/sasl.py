"""Faults of the login. No refusal says more than what the protocol lets one see."""

from brokers.engine.faults.row import Row, Seen

_ASK = "ask the cluster's owner"


def _wrong_password(seen: Seen) -> str:
    if seen["user_known"] == "yes":
        return (
            f"{seen['name']} knows the user “{seen['user']}” for {seen['mechanism']}, "
            "but refused the password."
        )
    return (
        f"{seen['name']} refused the login as “{seen['user']}” at its last message: "
        "the user or the password is wrong."
    )


def _set_password(seen: Seen) -> str:
    if seen["msk"] == "yes":
        return (
            "If the user's AWS secret (AmazonMSK_…) was changed or associated less than ten "
            "minutes ago, wait and test again; else store the password that stands in it now."
        )
    return "Store the password that the cluster's owner set for this user, then test again."


def _unknown_user(seen: Seen) -> str:
    if seen["msk"] == "yes":
        return (
            "If the user's AWS secret (AmazonMSK_…) was associated less than ten minutes ago, "
            "wait and test again; else check that it is associated with this cluster and that "
            "its username is spelt so, capitals included."
        )
    return (
        f"Check the spelling, capitals included; else {_ASK} to create the user for "
        f"{seen['mechanism']}."
    )


def _choose(seen: Seen) -> str:
    port = f"the port of a listener with {seen['mechanism']}"
    if seen["choices"]:
        return f"Choose {seen['choices']} as the mechanism of this connection; or use {port}."
    return f"Use {port}, or {_ASK} for one."


ROWS = (
    Row(
        "sasl.not_enabled",
        "F",
        "sasl-mechanism",
        "you",
        "No SASL",
        "{name} speaks Kafka over TLS, but takes no login (SASL is not enabled on this listener).",
        "Use the port of a listener with SASL ({mechanism}); this one is for clients without a "
        "login or with certificates.",
        field="servers",
    ),
    Row(
        "sasl.mechanism_not_offered",
        "F",
        "sasl-mechanism",
        "you",
        "Mechanism",
        "{name} does not offer {mechanism}; it offers {offered}.",
        _choose,
        field="auth",
        quick_fixes=("auth",),
    ),
    Row(
        "sasl.iam_only",
        "F",
        "sasl-mechanism",
        "you",
        "IAM only",
        "{name} takes AWS IAM logins only (AWS_MSK_IAM), no user and password.",
        "Use the port for SASL/SCRAM: 9096 inside the VPC, 9196 with the names with -public.",
        field="servers",
        quick_fixes=("servers",),
    ),
    Row(
        "sasl.oauth_only",
        "F",
        "sasl-mechanism",
        "you",
        "OAuth only",
        "{name} takes OAuth tokens only (OAUTHBEARER), no user and password.",
        "Use the port of a listener with {mechanism}, or ask the cluster's owner for one.",
        field="servers",
    ),
    Row(
        "sasl.unknown_user",
        "F",
        "sasl-login",
        "you",
        "Unknown user",
        "{name} does not know the user “{user}” for {mechanism}{others}.",
        _unknown_user,
        field="user",
    ),
    Row(
        "sasl.user_of_other_mechanism",
        "F",
        "sasl-login",
        "you",
        "Other SCRAM",
        "The user “{user}” exists on {name} for {other}, but not for {mechanism}.",
        "Choose {other_auth} as the mechanism of this connection, or ask the cluster's owner to "
        "create the user for {mechanism} too.",
        field="auth",
        quick_fixes=("other-auth",),
    ),
    Row(
        "sasl.wrong_password",
        "F",
        "sasl-login",
        "you",
        "Password",
        _wrong_password,
        _set_password,
        field="password",
        fixed_at="password",
    ),
    Row(
        "sasl.wrong_password_whitespace",
        "F",
        "sasl-login",
        "you",
        "White space",
        "{name} refused the password of “{user}”, and the stored password {where}.",
        "Store the password without it, then test again.",
        field="password",
        quick_fixes=("trim",),
        fixed_at="password",
    ),
    Row(
        "sasl.wrong_password_encoded",
        "F",
        "sasl-login",
        "you",
        "Base64",
        "{name} refused the password of “{user}”, and the stored password is Base64 of printable "
        "text: probably a Kubernetes secret that was copied without decoding.",
        "Decode it (base64 -d) and store what comes out, then test again.",
        field="password",
        quick_fixes=("decode",),
        fixed_at="password",
    ),
    Row(
        "sasl.plain_rejected",
        "F",
        "sasl-login",
        "you",
        "Rejected",
        "{name} refused the login as “{user}”; with PLAIN it does not say whether the user or the "
        "password is wrong{hint}.",
        "Check both against what the cluster's owner gave out, then test again.",
        field="password",
        fixed_at="password",
    ),
    Row(
        "sasl.broker_cannot_prove_itself",
        "F",
        "sasl-login",
        "cluster_owner",
        "No proof",
        "{name} accepted the login of “{user}” without showing that it knows the password: its "
        "signature is wrong.",
        "Do not use this server before its owner has explained it: something may stand in the "
        "broker's place.",
    ),
    Row(
        "sasl.unacceptable_iterations",
        "F",
        "sasl-login",
        "cluster_owner",
        "Iterations",
        "{name} demands {iterations} SCRAM iterations for “{user}”; between {least} and {most} "
        "are sane.",
        "Ask the cluster's owner to set the user's password anew with 4096 to 16384 iterations.",
    ),
    Row(
        "sasl.closed",
        "F",
        "sasl-login",
        "cluster_owner",
        "Closed",
        "{name} closed the connection during the login as “{user}”, without a reason.",
        "Ask the cluster's owner what the broker's log says about this login.",
    ),
    Row(
        "sasl.silent",
        "F",
        "sasl-login",
        "cluster_owner",
        "Silent",
        "{name} did not answer within {seconds} s during the login as “{user}”.",
        "Ask the cluster's owner whether the broker can reach its store of users "
        "(controller, LDAP).",
    ),
    Row(
        "sasl.broken",
        "F",
        "sasl-login",
        "cluster_owner",
        "Login broken",
        "{name} answered the login as “{user}” with {detail}.",
        "Ask the cluster's owner what the broker's log says about it.",
    ),
)
