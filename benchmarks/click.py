"""From the click on “Test connection” to the verdict on the page, in Chromium, on a real Kafka.

python -m benchmarks.click
"""

import sys
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks import practice_kafka, rows
from benchmarks.figures import Figure, median, p95, show
from benchmarks.filled import fill
from benchmarks.person import PROJECT, Person
from kalixweb.practice.listeners import Listener
from tests.requirements import CHROMIUM
from tests.running import RunningInstance

ROUNDS, MANY = 12, 500  # two times twelve clicks and a test of many: under the limit of a minute
WARMING = 20
MOST_SECONDS = 0.6

# In the page itself, so that Playwright's own waiting is not measured.
_WATCH = """
addEventListener("click", () => sessionStorage.setItem("clicked", Date.now()), true);
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (!document.querySelector("#run:not([data-poll])") || window.verdictAt) return;
    requestAnimationFrame(() => { window.verdictAt = Date.now(); });
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
  look();
});
"""


def main() -> int:
    """0 when both medians keep the limit."""
    with practice_kafka.running() as practice, RunningInstance() as up:
        assert up.setup_link is not None
        person = Person.from_setup_link(up.setup_link)
        good = practice.listeners["good"]
        fill(up, "connections", _wanted(good))
        # A broker that has just started is slow itself, and is not what is measured.
        for _ in range(WARMING):
            practice_kafka.run(practice_kafka.target(good))
        mine = person.rows("connections")["0-mine"]
        alone, busy = _clicks(up, person, mine)
        stored = rows.lasted(up.data)
    note = f"p95 {{:.2f}} s, {ROUNDS} clicks"
    first, *later = alone
    return show(
        "From the click to the verdict on the page",
        [
            Figure("the first test after the start", first, "s", MOST_SECONDS, "one"),
            Figure("healthy broker", median(later), "s", MOST_SECONDS, note.format(p95(later))),
            Figure(
                f"the same while {MANY} are tested",
                median(busy),
                "s",
                MOST_SECONDS,
                note.format(p95(busy)),
            ),
            Figure("of it until the verdict is stored, alone", median(stored[1:-ROUNDS]), "s"),
            Figure("of it until the verdict is stored, busy", median(stored[-ROUNDS:]), "s"),
        ],
    )


def _wanted(good: Listener) -> list[dict[str, str]]:
    one = {"server": good.server, "user": good.user, "password": good.password}
    one |= {"ca": str(good.ca_path)}
    many = [one | {"name": f"many-{n:03}", "login": "shared"} for n in range(MANY)]
    for other in many[::2]:  # a second name of the same broker, so that more run side by side
        other["server"] = f"localhost:{good.port}"
    return [one | {"name": "0-mine", "login": "mine"}, *many]


def _clicks(up: RunningInstance, person: Person, mine: str) -> tuple[list[float], list[float]]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        context = browser.new_context(base_url=up.url)
        context.add_cookies(person.state(up.url))  # type: ignore[arg-type]
        context.add_init_script(_WATCH)
        page = context.new_page()
        try:
            alone = [_click(page, mine) for _ in range(ROUNDS + 1)]
            busy = [_click_while_busy(up, person, page, mine) for _ in range(ROUNDS)]
        finally:
            browser.close()
    return alone, busy


def _click_while_busy(up: RunningInstance, person: Person, page: Page, mine: str) -> float:
    if rows.open_runs(up.data) < MANY // 5:
        secret = person.rows("secrets")["shared"].removeprefix(f"/p/{PROJECT}/secrets/")
        answer = person.post(f"/p/{PROJECT}/secrets/{secret}test-users/", {})
        assert answer.status == 302, answer.body
        time.sleep(1)
    assert rows.open_runs(up.data) > 1
    return _click(page, mine)


def _click(page: Page, mine: str) -> float:
    page.goto(mine)
    page.get_by_role("button", name="Test connection").first.click()
    page.wait_for_url("**/runs/**")
    page.locator("#run:not([data-poll])").wait_for(timeout=45_000)
    page.wait_for_timeout(100)  # the next frame, in which the page notes the time
    took = page.evaluate("window.verdictAt - Number(sessionStorage.getItem('clicked'))")
    word = page.locator("#run .badge").first.inner_text()
    assert word == "Works", word
    return float(took) / 1000


if __name__ == "__main__":
    sys.exit(main())
