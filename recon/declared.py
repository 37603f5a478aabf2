"""YAML declarations (recon.yaml, profiles) read into pydantic models; a fault answers with file, line and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from recon.errors import ReconError


class Declared(BaseModel):
    """A part of a declaration: unknown keys are refused, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def read_declaration(path: Path, model: type[Model], shown: str) -> Model:
    """The YAML file at `path` as `model`. `shown` is how messages call the file. Raises ReconError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise ReconError(f"{shown}: can't be read as UTF-8 text ({_reason(fault)}).") from fault
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as fault:  # ValueError: what looks like a date and is none
        mark = getattr(fault, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise ReconError(f"{shown}{where}: not valid YAML ({getattr(fault, 'problem', None) or fault}).") from fault
    try:
        twice = _twice(tree)
    except RecursionError as fault:
        raise ReconError(f"{shown}: refers to itself.") from fault
    if twice is not None:
        raise ReconError(f"{shown} line {twice.start_mark.line + 1}: the key {twice.value} is there twice.")
    try:
        return model.model_validate({} if data is None else data)
    except ValidationError as fault:
        raise ReconError(_explain(fault, tree, model, shown)) from fault


def _twice(node: yaml.Node | None) -> yaml.ScalarNode | None:
    """The first key that a mapping repeats: YAML would keep the last value and drop the others silently."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                return key
            seen.add(str(key.value))
            if (inner := _twice(value)) is not None:
                return inner
    elif isinstance(node, yaml.SequenceNode):
        return next((found for one in node.value if (found := _twice(one)) is not None), None)
    return None


def _reason(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or str(fault)


_MAPPINGS = ("dict_type", "model_type", "model_attributes_type")


def _explain(fault: ValidationError, tree: yaml.Node | None, model: type[BaseModel], shown: str) -> str:
    """The first fault as one line: file, line, key, what is wrong, what is allowed."""
    first = fault.errors()[0]
    where = list(first["loc"])
    dotted = ".".join(str(part) for part in where) or "the file"
    message = first["msg"]
    if first["type"] == "extra_forbidden":
        message = f"is not a known key; allowed here: {', '.join(_allowed(model, where[:-1]))}"
    elif first["type"] == "missing":
        message = "is missing"
    else:
        wanted = (
            "should be keys and their values" if first["type"] in _MAPPINGS else message.removeprefix("Value error, ")
        )
        message = f"{wanted[0].lower()}{wanted[1:]}, found {str(first['input'])[:100]!r}"
    return f"{shown} line {_line(tree, where)}: {dotted} {message}."


def _line(node: yaml.Node | None, path: list[str | int]) -> int:
    """The line (from 1) of the deepest part of `path` that the file has."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in path:
        step: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, step = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            step = node.value[part]
            line = step.start_mark.line + 1
        if step is None:
            return line
        node = step
    return line


def _allowed(model: type[BaseModel], path: list[str | int]) -> list[str]:
    """The keys that the model at `path` takes."""
    found: Any = model
    for part in path:
        fields = getattr(found, "model_fields", {})
        if part in fields:
            found = _model_in(fields[part].annotation)
    return sorted(getattr(found, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    """The model inside an annotation such as `dict[str, Source]` or `Policy | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = [_model_in(part) for part in getattr(annotation, "__args__", ())]
    return next((one for one in models if one is not None), None)
