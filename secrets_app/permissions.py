"""What the roles of a project may do with secrets."""

RIGHTS = {
    "viewer": {"secret.list", "secret.read"},
    "tester": {"secret.use"},
    "editor": {"secret.create", "secret.update", "secret.delete"},
    "secret_keeper": {"secret.reveal", "secret.destroy"},
}
PHRASES = {
    "viewer": "sees which secrets there are, never a value",
    "editor": "makes, changes and deletes secrets",
    "secret_keeper": "lets secrets be sent to other hosts; destroys versions",
}
