"""What the kinds of job share whose jobs belong to a project."""

from collections.abc import Mapping
from typing import ClassVar, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from kalixweb.jobs.kinds import Kind
from kalixweb.jobs.models import Job
from kalixweb.projects.tenancy import TenantModel


class ProjectJob(TenantModel, Job):
    """A job of one project."""

    class Meta(TenantModel.Meta):
        abstract = True


P = TypeVar("P", bound=ProjectJob)


class ProjectKind(Kind[P]):
    """A kind whose messages name the project and the job."""

    model: type[P]
    id_argument: ClassVar[str]
    """How messages call the job's id."""

    def rows(self) -> QuerySet[P]:
        return self.model.all_projects.all()

    def message(self, job: P) -> dict[str, str]:
        return {"project_id": str(job.project_id), self.id_argument: str(job.id)}

    def find(self, message: Mapping[str, str]) -> P | None:
        ids = {"project_id": UUID(message["project_id"]), "id": UUID(message[self.id_argument])}
        rows = self.rows().filter(**ids)
        return (rows.select_related(*self.related) if self.related else rows).first()
