"""When a connection's state or its cause became another one."""

from django.db import models

from brokers.models.connections import UNKNOWN, VERDICTS, Connection, verdict_label
from kalixweb.projects.tenancy import TenantModel


class ConnectionStateChange(TenantModel):
    """Written once, with the run's end that made it; only the state, only its cause, or both.

    ``run`` is the run's id, which stays when the run is forgotten.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="state_changes"
    )
    from_state = models.CharField(max_length=16, choices=[*VERDICTS, (UNKNOWN, "Not tested")])
    from_fault = models.CharField(max_length=64, blank=True, default="")
    to_state = models.CharField(max_length=16, choices=VERDICTS)
    fault = models.CharField(max_length=64, blank=True, default="")
    run = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "connection_state_change"
        indexes = [
            models.Index(fields=["connection", "-at"], name="state_change_history"),
        ]

    @property
    def label_before(self) -> str:
        """What the connection was before in one or two words, "" when it was not tested."""
        is_known = self.from_state != UNKNOWN
        return verdict_label(self.from_state, self.from_fault) if is_known else ""
