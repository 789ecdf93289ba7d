"""Between boto3's shapes and HTTP, by botocore's own model of each service."""

import base64
import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape

from tests.fakes.aws.refusals import Raw, Refused

REQUEST_ID = "5f2b2c1d-0000-4000-8000-000000000000"


@cache
def model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def read_request(service: str, method: str, target: str, headers: Any, body: bytes) -> Any:
    """The operation that is meant and its parameters as boto3 takes them."""
    path, _, query = target.partition("?")
    if service == "kafka":
        return _rest(method, path, query)
    if service in {"secretsmanager", "kms"}:
        return headers["X-Amz-Target"].partition(".")[2], json.loads(body or b"{}")
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    operation = form.pop("Action")
    form.pop("Version", None)
    return operation, _unflatten(form)


def _rest(method: str, path: str, query: str) -> tuple[str, dict[str, Any]]:
    for name, pattern, operation in _routes():
        match = pattern.fullmatch(path)
        if not match or operation.http["method"] != method:
            continue
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        params: dict[str, Any] = {}
        for member, shape in operation.input_shape.members.items():
            key = shape.serialization.get("name", member)
            if shape.serialization.get("location") == "uri":
                params[member] = unquote(match[key])
            elif key in asked:
                number = shape.type_name in {"integer", "long"}
                params[member] = int(asked[key]) if number else asked[key]
        return name, params
    raise Refused("UnknownOperationException", f"There is no {method} {path}", 404)


@cache
def _routes() -> list[tuple[str, re.Pattern[str], OperationModel]]:
    routes = []
    for name in model("kafka").operation_names:
        operation = model("kafka").operation_model(name)
        uri = operation.http["requestUri"]
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", uri)
        routes.append((name, re.compile(pattern), operation))
    return routes


def _unflatten(form: dict[str, str]) -> dict[str, Any]:
    """``SubnetId.1=a&Filter.1.Value.1=b`` as nested dicts; lists are given their order."""
    root: dict[str, Any] = {}
    for key, value in form.items():
        at = root
        *steps, last = key.split(".")
        for step in steps:
            at = at.setdefault(step, {})
        at[last] = value
    return {key: _lists(value) for key, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}


def write_answer(service: str, operation: str, answer: dict[str, Any]) -> Raw:
    """An answer as the service sends it."""
    shape = model(service).operation_model(operation).output_shape
    if service in {"sts", "ec2"}:
        return _xml_answer(service, operation, _xml(shape, answer))
    kind = "application/json" if service == "kafka" else "application/x-amz-json-1.1"
    return Raw(json.dumps(_json(shape, answer)), 200, kind, {"x-amzn-RequestId": REQUEST_ID})


def write_refusal(service: str, refused: Refused) -> Raw:
    """An error as the service sends it."""
    code, message = refused.code, refused.message
    headers = {"x-amzn-RequestId": REQUEST_ID}
    if service == "kafka":
        body = json.dumps({"message": message})
        headers["x-amzn-ErrorType"] = code
        return Raw(body, refused.status, "application/json", headers)
    if service in {"secretsmanager", "kms"}:
        body = json.dumps({"__type": code, "message" if service == "kms" else "Message": message})
        return Raw(body, refused.status, "application/x-amz-json-1.1", headers)
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if service == "ec2":
        body = f"<Response><Errors>{error}</Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        name = model(service).metadata["xmlNamespace"]
        request = f"<RequestId>{REQUEST_ID}</RequestId>"
        body = f'<ErrorResponse xmlns="{name}">{error}{request}</ErrorResponse>'
    return Raw(body, refused.status, "text/xml;charset=UTF-8", headers)


def _xml_answer(service: str, operation: str, inner: str) -> Raw:
    name = model(service).metadata["xmlNamespace"]
    if service == "ec2":
        inner = f"<requestId>{REQUEST_ID}</requestId>{inner}"
    else:
        request = f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"
        inner = f"<{operation}Result>{inner}</{operation}Result>{request}"
    body = f'<{operation}Response xmlns="{name}">{inner}</{operation}Response>'
    headers = {"x-amzn-RequestId": REQUEST_ID}
    return Raw(body, 200, "text/xml;charset=UTF-8", headers)


def _json(shape: Shape, value: Any) -> Any:
    if shape.type_name == "structure":
        known = shape.members
        return {
            known[name].serialization.get("name", name): _json(known[name], item)
            for name, item in value.items()
        }
    if shape.type_name == "list":
        return [_json(shape.member, item) for item in value]
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return _time(value) if shape.serialization.get("timestampFormat") else value.timestamp()
    return value


def _xml(shape: Shape, value: Any) -> str:
    if shape.type_name == "structure":
        parts = []
        for name, item in value.items():
            member = shape.members[name]
            tag = member.serialization.get("name", name)
            parts.append(f"<{tag}>{_xml(member, item)}</{tag}>")
        return "".join(parts)
    if shape.type_name == "list":
        tag = shape.member.serialization.get("name", "member")
        return "".join(f"<{tag}>{_xml(shape.member, item)}</{tag}>" for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return escape(_time(value) if isinstance(value, datetime) else str(value))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
