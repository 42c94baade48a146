"""Records read back from the history: they were checked when they came, so they are only put together."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Annotated, Any, Union, get_args, get_origin

from partnerships.lifecycle.records.fields import Part

Convert = Callable[[Any], Any]


def construct(model: type[Part], raw: dict[str, Any]) -> Any:
    """Put a typed record together from its kept JSON, in a fifth of the time that checking it takes.

    Fields that this version does not know are passed over, so that what a later one kept can be read.
    """
    values = dict(_defaults(model))
    for key, name, convert in _converters(model):
        if key in raw:
            values[name] = raw[key] if convert is None else convert(raw[key])
    # What `model_construct` does, but that it looks every default factory's signature up anew.
    record = model.__new__(model)
    object.__setattr__(record, "__dict__", values)
    object.__setattr__(record, "__pydantic_fields_set__", set(values))
    object.__setattr__(record, "__pydantic_extra__", None)
    object.__setattr__(record, "__pydantic_private__", None)
    return record


@cache
def _defaults(model: type[Part]) -> dict[str, Any]:
    """Give what absent fields hold; the records are frozen, so that one empty list serves them all."""
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }


@cache
def _converters(model: type[Part]) -> tuple[tuple[str, str, Convert | None], ...]:
    return tuple(
        (field.alias or name, name, _converter(field.annotation))
        for name, field in model.model_fields.items()
    )


def _converter(annotation: Any) -> Convert | None:
    """Give what turns kept JSON into a field's type; None where it already is one."""
    if get_origin(annotation) is Annotated:
        return _converter(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [option for option in get_args(annotation) if option is not type(None)]
        return _converter(inner[0]) if len(inner) == 1 else None
    if get_origin(annotation) is list:
        (item,) = get_args(annotation)
        convert = _converter(item)
        return partial(_each, convert) if convert else None
    if isinstance(annotation, type) and issubclass(annotation, date):
        return date.fromisoformat
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return partial(construct, annotation)
    return None


def _each(convert: Convert, items: list[Any]) -> list[Any]:
    return [convert(item) for item in items]
