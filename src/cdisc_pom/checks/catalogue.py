"""The rule catalogue: YAML files of rules, read and checked.

A file is a mapping with `rules`, a list of rules, and `defaults` for what they have in common. A
rule without `sql` belongs to the schema layer: pandera runs it, the catalogue holds its texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cdisc_pom.errors import Collector, Line, Severity

Standard = Literal["sdtm", "adam", "any"]
Table = tuple[tuple[str | int | float | None, ...], ...]

SOURCES: Final[dict[str, str]] = {
    "CG": "SDTM and SDTMIG Conformance Rules v2.0",
    "FB": "FDA Business Rules, as CDISC CORE numbers them",
    "ADaM-": "ADaM Conformance Rules v5.0",
    "WB-": "The study's workbook",
    "XD-": "This project",
}
_NOT_REPEATABLE: Final = re.compile(
    r"\b(now|today|current_date|current_time|current_timestamp|get_current_timestamp|localtime|"
    r"random|uuid|gen_random_uuid|setseed)\b",
    re.IGNORECASE,
)


class Bilingual(BaseModel):
    """A text in English and in Chinese."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    zh: str


class Rule(BaseModel):
    """One rule: what it says, where it applies, and the SQL that selects what breaks it.

    `datasets` are names or words for classes (see `runner.applies_to`). In `needs`, `optional`,
    `variable` and `sql`, `--` stands for the domain prefix. `needs` are variables of the data set
    (`AEOUT`) or of another (`DM.DTHFL`); without them the rule is not applicable. `optional` are
    there as missing values where the data do not have them. `for_each` is a pattern of variable
    names: the rule runs once for each, `@VAR` and `@STEM` (its first group) stand for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    standard: Standard = "any"
    severity: Severity
    text: Bilingual
    message: Bilingual | None = None
    hint: Bilingual | None = None
    source: str = ""
    covers: tuple[str, ...] = ()
    partial: str = ""
    datasets: tuple[str, ...] = ("all",)
    once: bool = False
    for_each: str = ""
    needs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    variable: str = ""
    sql: str = ""
    passes: dict[str, Table] = Field(default_factory=dict, alias="pass")
    fails: dict[str, Table] = Field(default_factory=dict, alias="fail")
    found: int = 1

    @field_validator("sql")
    @classmethod
    def _repeatable(cls, sql: str) -> str:
        word = _NOT_REPEATABLE.search(sql)
        if word:
            raise ValueError(f"sql uses {word.group()}, so two runs could differ")
        return sql

    @property
    def cited(self) -> str:
        """Where the rule comes from."""
        if self.source:
            return self.source
        return next((text for start, text in SOURCES.items() if self.id.startswith(start)), "")

    @property
    def published(self) -> tuple[str, ...]:
        """Ids of the published rules that it checks."""
        return self.covers or (self.id,)


class NotChecked(BaseModel):
    """A published rule that the catalogue does not have, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: tuple[str, ...]
    text: str
    reason: str


@dataclass(frozen=True)
class Catalogue:
    """All rules, in the order of their files."""

    rules: tuple[Rule, ...]
    not_checked: tuple[NotChecked, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    @property
    def schema_rules(self) -> tuple[Rule, ...]:
        """Rules that pandera runs."""
        return tuple(rule for rule in self.rules if not rule.sql)

    @property
    def sql_rules(self) -> tuple[Rule, ...]:
        """Rules that DuckDB runs."""
        return tuple(rule for rule in self.rules if rule.sql)


@cache
def own_catalogue() -> Catalogue:
    """The rules that come with the package."""
    return read_catalogue()


def read_catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """The rules that come with the package, and those of the user's own files.

    Args:
        extra: YAML files of further rules.

    Raises:
        Problems: a file is missing or is no YAML, a rule has a wrong or missing part, an id
            stands twice. Each fault is told at `file:line`.
    """
    faults = Collector()
    rules: list[tuple[Line, Rule]] = []
    not_checked: list[NotChecked] = []
    for name, text in [*_own_files(), *_extra_files(extra, faults)]:
        document = _load(name, text, faults)
        for line, data in document.get("rules", ()):
            rules += [(line, rule) for rule in _rules(data, line, faults)]
        for _, data in document.get("not_checked", ()):
            not_checked.append(NotChecked.model_validate(data))
    ids = Counter(rule.id for _, rule in rules)
    for line, rule in rules:
        if ids[rule.id] > 1:
            faults.add(line, f"rule id '{rule.id}' stands {ids[rule.id]} times.")
        if not rule.sql and rule.message is None:
            faults.add(line, f"rule '{rule.id}' has no sql.")
    faults.stop()
    return Catalogue(tuple(rule for _, rule in rules), tuple(not_checked))


def _own_files() -> Iterator[tuple[str, str]]:
    folder = resources.files("cdisc_pom.checks") / "rules"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            yield file.name, file.read_text(encoding="utf-8")


def _extra_files(paths: Iterable[Path], faults: Collector) -> Iterator[tuple[str, str]]:
    for path in paths:
        if path.is_file():
            yield path.name, path.read_text(encoding="utf-8")
        else:
            faults.add(Line(path.name), f"rule file is missing in {path.parent}.")


# The loader in C, where it was built in, is ten times as fast.
_Base: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """YAML where only null and numbers are not text: `Y`, `NO` and dates stay what they are."""

    yaml_implicit_resolvers: Final[dict[str, Any]] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|)$"), ["n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9]\d*)$"),
                              list("-0123456789"))  # fmt: skip
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?\d+\.\d+$"),
                              list("-0123456789"))  # fmt: skip


def _load(name: str, text: str, faults: Collector) -> dict[str, list[tuple[Line, Any]]]:
    """The lists of a file, each entry with its line and the file's defaults."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        faults.add(Line(name, line), f"is not readable YAML ({error.problem}).")
        return {}
    if not isinstance(root, yaml.MappingNode):
        faults.add(Line(name, 1), "is not a mapping with 'rules'.")
        return {}
    parts = {key.value: value for key, value in root.value}
    defaults = _construct(loader, parts["defaults"]) if "defaults" in parts else {}
    return {
        part: [
            (Line(name, entry.start_mark.line + 1), {**defaults, **_construct(loader, entry)})
            for entry in parts[part].value
        ]
        for part in ("rules", "not_checked")
        if isinstance(parts.get(part), yaml.SequenceNode)
    }


def _construct(loader: _Loader, node: yaml.Node) -> Any:
    return loader.construct_object(node, deep=True)


def _rules(data: dict[str, Any], line: Line, faults: Collector) -> Iterator[Rule]:
    """The rule of an entry, or one rule for each of its variants."""
    variants = data.pop("variants", [{}])
    for variant in variants:
        filled = _fill(data, {"id": data.get("id", ""), **variant}) | (
            {"id": variant["id"]} if "id" in variant else {}
        )
        try:
            yield Rule.model_validate(filled)
        except ValidationError as error:
            for detail in error.errors():
                where = ".".join(str(part) for part in detail["loc"])
                reason = str(detail["msg"]).removeprefix("Value error, ")
                faults.add(line, f"rule '{filled.get('id', '?')}', {where}: {reason}.")


def _fill(value: Any, names: dict[str, Any]) -> Any:
    """Replace `{NAME}` in all texts of an entry; a text that is only a name may become a number."""
    if isinstance(value, str):
        alone = re.fullmatch(r"\{([A-Z]\w*)\}", value)
        if alone:
            return names.get(alone[1], value)
        return re.sub(r"\{([A-Z]\w*)\}", lambda m: str(names.get(m[1], m[0])), value)
    if isinstance(value, list):
        return [_fill(each, names) for each in value]
    if isinstance(value, dict):
        return {_fill(key, names): _fill(each, names) for key, each in value.items()}
    return value
