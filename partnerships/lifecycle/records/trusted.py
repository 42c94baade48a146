"""Records read back from the history: they were checked when they came, so they are only put together."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from partnerships.lifecycle.records.fields import Part

Convert = Callable[[Any], Any]
P = TypeVar("P", bound=Part)


def construct(model: type[Part], raw: dict[str, Any]) -> Any:
    """Put a typed record together from its kept JSON, in a fifth of the time that checking it takes.

    Fields that this version does not know are passed over, so that what a later one kept can be read.
    """
    _, _, fields = _plan(model)
    values = {}
    for key, value in raw.items():
        known = fields.get(key)
        if known is not None:
            name, convert = known
            values[name] = value if convert is None else convert(value)
    return assemble(model, values)


def assemble(model: type[P], values: dict[str, Any]) -> P:
    """Put a record or a command together from the values of its fields, all of which were checked before."""
    defaults, names, _ = _plan(model)
    # What `model_construct` does, but that it looks every default factory's signature up anew.
    record = model.__new__(model)
    _set(record, "__dict__", defaults | values)
    _set(record, "__pydantic_fields_set__", names)
    _set(record, "__pydantic_extra__", None)
    _set(record, "__pydantic_private__", None)
    return record


_set = object.__setattr__


@cache
def _plan(model: type[Part]) -> tuple[dict[str, Any], set[str], dict[str, tuple[str, Convert | None]]]:
    """Give what absent fields hold, all names, and each kept name's field with its conversion.

    The records are frozen, so that one empty list and one set of names serve them all.
    """
    fields = model.model_fields
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in fields.items()
        if not field.is_required()
    }
    return (
        defaults,
        set(fields),
        {field.alias or name: (name, _converter(field.annotation)) for name, field in fields.items()},
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
