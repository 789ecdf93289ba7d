"""What the roles of a project may do with connections, their tests, and AWS."""

RIGHTS = {
    "viewer": {"connection.view"},
    "tester": {"connection.test", "msk.read"},
    "editor": {
        "connection.create",
        "connection.edit",
        "connection.edit_endpoint",
        "connection.set_default",
        "connection.delete",
        "connection.test_draft",
    },
    "secret_keeper": {"msk.take_password"},
    "project_admin": {"aws_account.edit"},
}
SCHEDULE = "bootstrap server schedule"
SERVICES = {SCHEDULE: frozenset({"msk.read", "secret.use"})}
PHRASES = {
    "viewer": "sees connections",
    "tester": "tests saved connections with the secrets that they use, and asks AWS",
    "editor": "makes, changes and deletes connections",
    "secret_keeper": "takes passwords over from AWS",
    "project_admin": "manages AWS accounts",
}
