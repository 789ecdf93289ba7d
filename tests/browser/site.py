"""Makes projects, connections and runs quickly, by the same forms that people send."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from kalixweb.practice.listeners import Listener

VERDICTS = "passed|warned|degraded|failed"


@dataclass(frozen=True)
class Target:
    """What a connection form is filled with; ``ca`` is PEM text."""

    servers: str
    user: str
    password: str
    ca: str

    @classmethod
    def of(cls, listener: Listener, password: str | None = None) -> "Target":
        """A practice listener, with its own password or a wrong one."""
        ca = listener.ca_path.read_text()
        return cls(listener.server, listener.user, password or listener.password, ca)


class Site:
    """Works as the administrator, on a page of its own."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; the address that it led to. Anything but a redirect is an error here."""
        cookies = self.page.context.cookies()
        token = next(one["value"] for one in cookies if one["name"] == "kalixweb_csrf")
        form = {"csrfmiddlewaretoken": token, **fields}
        answer = self.page.context.request.post(path, form=form)
        assert answer.ok, f"{path}: {answer.status}\n{answer.text()}"
        return answer.url

    def project(self, name: str) -> str:
        """A new, empty project; the path of its overview."""
        self.post("/p/new/", {"name": name})
        return f"/p/{name}/"

    def connection(self, project: str, name: str, target: Target, **other: str) -> str:
        """A new connection with secrets of its own; the address of its page."""
        fields = {
            "name": name,
            "platform": "kafka",
            "servers": target.servers,
            "auth": "scram-sha-512",
            "user": target.user,
            "password_from": "new",
            "password_name": f"{name}-login",
            "password_entry": "pwd",
            "password_value": target.password,
            "ca_from": "new",
            "ca_name": f"{name}-ca",
            "ca_pem": target.ca,
        }
        return self.post(f"/p/{project}/connections/new/", {**fields, **other})

    def silent(self, project: str, name: str, server: str) -> str:
        """A connection to a broker that never answers; the address of its page."""
        no_ca = {"ca_from": "none", "ca_name": "", "ca_pem": ""}
        return self.connection(project, name, Target(server, "alice", "never-sent", ""), **no_ca)

    def begin_test(self, connection: str) -> str:
        """Ask for a test; the address of the run."""
        return self.post(f"{connection}test/", {})

    def finished_test(self, connection: str) -> str:
        """Test and wait for the verdict; the address of the run."""
        run = self.begin_test(connection)
        self.page.goto(run)
        expect(self.page.locator("#run:not([data-poll])")).to_be_visible()
        return run

    def answered(self, path: str) -> None:
        """Wait until nothing that the page shows is under way."""
        self.page.goto(path)
        expect(self.page.locator("main:not(:has([data-poll]))")).to_be_visible()

    def stop(self, run: str) -> None:
        """End a run that goes on."""
        self.post(f"{run}stop/", {})
