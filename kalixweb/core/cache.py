"""How values lie in the cache: as JSON. Django's own way would run whatever code they name."""

import json


class JsonSerializer:
    """Plain values only. A value that somebody else put there is refused and never unpickled."""

    def dumps(self, obj: object) -> bytes:
        """JSON in UTF-8; raises TypeError for anything but plain values. Integers count up."""
        return json.dumps(obj).encode()

    def loads(self, data: bytes) -> object:
        """The value; raises ValueError for bytes that are not JSON."""
        return json.loads(data)
