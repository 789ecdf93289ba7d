"""The expected "no" of a service. Each is named as a fact, beside the function that raises it.

They reach people in three places: ``kalixweb.accounts.refusals`` puts them into a form or message,
the middleware of ``kalixweb.projects`` makes a page of any other, and ``kalixweb.cli.main`` makes
a sentence and an exit status. Whatever else is raised is a bug.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar


class Refusal(Exception):
    """``code`` is for programs, ``sentence`` for people; ``field`` is the field that it is about.

    ``status`` is that of an HTTP answer which holds nothing else. ``on_its_own`` ones are always
    such an answer, since nothing that is typed into a form would help.
    """

    code: ClassVar[str] = "refusal"
    """The class's name in small letters: ``name_taken``."""
    status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY
    on_its_own: ClassVar[bool] = False
    field: str = ""
    fresh_would_do: bool = False
    """Whether the actor may do it after signing in anew."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if field:
            self.field = field

    @property
    def problems(self) -> Sequence[tuple[str, str]]:
        """(field, sentence) pairs, at least one; the field is empty for the form as a whole."""
        return [(self.field, self.sentence)]


class NameTaken(Refusal):
    """Another thing of this kind has the name."""

    status = HTTPStatus.CONFLICT
    field = "name"


class ChangedMeanwhile(Refusal):
    """Somebody saved it since the actor read it, so nothing is written; ``current`` is it now."""

    status = HTTPStatus.CONFLICT

    def __init__(self, current: Any, sentence: str = "") -> None:  # noqa: ANN401 - a row of any model
        super().__init__(sentence or f"{current.changed_by} saved {current.name} meanwhile.")
        self.current = current


class Gone(Refusal):
    """Somebody deleted it since it was read: to a page it is the 404 of what never was."""

    status = HTTPStatus.NOT_FOUND
    on_its_own = True

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was deleted meanwhile.")


@contextmanager
def field_prefix(prefix: str) -> Iterator[None]:
    """What is refused inside is about a part of a form: ``name`` becomes ``password_name``."""
    try:
        yield
    except Refusal as refused:
        if refused.field:
            refused.field = f"{prefix}_{refused.field}"
        raise
