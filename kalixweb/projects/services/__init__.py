"""Writes: each asks for the right first, then changes and audits in one unit of work."""

from kalixweb.projects.services.projects import create_project as create_project
from kalixweb.projects.services.projects import delete_project as delete_project
from kalixweb.projects.services.projects import edit_project as edit_project
