"""Parts of the verdict's one sentence."""

import re

# Words that begin our sentences and lose their capital in the middle of one.
_OPENERS = re.compile("(The|No|Nothing|An?|There|This|What|Brokers?|Strict) ")


def inner(sentence: str) -> str:
    """A sentence as the second half of another one."""
    if _OPENERS.match(sentence):
        return sentence[0].lower() + sentence[1:]
    return sentence


def without_end(sentence: str) -> str:
    return sentence.removesuffix(".")


def reason(sentence: str) -> str:
    """A sentence that begins with a word of ours, as what follows a colon."""
    return without_end(sentence[:1].lower() + sentence[1:])


def of_all(tested: int, advertised: int) -> str:
    """What is added where a cluster has more brokers than a test asks."""
    return f" that were tested, of {advertised}," if advertised > tested else ""


def untried(count: int) -> str:
    """Of brokers where no login was tried, so that nobody knows whether they would answer."""
    were = "was" if count == 1 else "were"
    return f", and {count} {were} not tried any more" if count else ""
