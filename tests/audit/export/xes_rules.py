"""What the XES schema (IEEE 1849-2016) asks of a file, told anew, and what its text asks beyond that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

SPACE = "{http://www.xes-standard.org/}"
NAME = re.compile(r"[A-Za-z_:][\w:.\-]*\Z")
ELEMENTARY = ("string", "date", "int", "float", "boolean", "id")
ORDER_IN_LOG = ("extension", "global", "classifier", "attribute", "trace", "event")


def problems(file: bytes) -> list[str]:
    """Give what is wrong with a file, or nothing."""
    return list(_of_log(fromstring(file)))


def local(element: Element) -> str:
    return element.tag.removeprefix(SPACE)


def _of_log(log: Element) -> Iterator[str]:
    if log.tag != SPACE + "log":
        yield "the root is no log of the namespace"
    if not re.fullmatch(r"\d+\.\d+", log.get("xes.version", "")):
        yield "xes.version is no decimal"
    kinds = ["attribute" if local(child) in (*ELEMENTARY, "list") else local(child) for child in log]
    order = [kind for kind, _ in groupby(kinds)]
    if order != [kind for kind in ORDER_IN_LOG if kind in order]:
        yield f"children come in the order {order}"
    prefixes = {each.get("prefix") for each in log.findall(SPACE + "extension")}
    for extension in log.findall(SPACE + "extension"):
        if not all(extension.get(name) for name in ("name", "prefix", "uri")):
            yield "an extension lacks its name, prefix or uri"
    scopes = {each.get("scope"): each for each in log.findall(SPACE + "global")}
    for classifier in log.findall(SPACE + "classifier"):
        declared = {child.get("key") for child in scopes[classifier.get("scope", "event")]}
        if not set((classifier.get("keys") or "").split()) <= declared:
            yield "a classifier names a key that is not global"
    yield from _of_attributes(log, "log", prefixes)
    for scope, declared in scopes.items():
        yield from _of_attributes(declared, f"global {scope}", prefixes)
    for trace in log.findall(SPACE + "trace"):
        yield from _of_component(trace, "trace", scopes, prefixes)
        for event in trace.findall(SPACE + "event"):
            yield from _of_component(event, "event", scopes, prefixes)


def _of_component(
    part: Element, scope: str, scopes: dict[str | None, Element], prefixes: set[str | None]
) -> Iterator[str]:
    yield from _of_attributes(part, scope, prefixes)
    has = {(local(child), child.get("key")) for child in part}
    for declared in scopes[scope]:
        if (local(declared), declared.get("key")) not in has:
            yield f"a {scope} lacks the global {declared.get('key')}"


def _of_attributes(part: Element, where: str, prefixes: set[str | None]) -> Iterator[str]:
    attributes = [child for child in part if local(child) in ELEMENTARY]
    keys = [child.get("key") or "" for child in attributes]
    if len(keys) != len(set(keys)):
        yield f"a key comes twice in one {where}"
    for child, key in zip(attributes, keys, strict=True):
        if not NAME.match(key):
            yield f"{key!r} is no name"
        prefix, colon, _ = key.partition(":")
        if colon and prefix not in prefixes:
            yield f"{key} is of no declared extension"
        if not _is_typed(local(child), child.get("value")):
            yield f"{key} is no {local(child)}: {child.get('value')!r}"


def _is_typed(kind: str, value: str | None) -> bool:
    if value is None:
        return False
    if kind == "date":
        return datetime.fromisoformat(value).tzinfo is not None
    if kind == "int":
        return re.fullmatch(r"-?\d+", value) is not None
    if kind == "boolean":
        return value in ("true", "false")
    return True
