"""The page of all rules, made of their docstrings: `python -m cdisc_pom.lint.manual docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from cdisc_pom.files import write_text
from cdisc_pom.lint.registry import FAMILIES, Rule, rules

_HEAD = """# Checks of workbooks

Generated from the rules. `cdisc-pom lint` reads the workbooks of a study, and of its raw forms
nothing but the headers, and tells everything that is wrong at once, each fault at its cell:

```text
sdtm.xlsx › Mapping!D158: error NAME.ALGORITHM: unknown algorithm 'study_dy'. Did you mean 'study_day'?
sdtm.xlsx › Codelists!I12: error CT.TERM: 'Z' is no term of C66731, which is not extensible. Its terms: F, INTERSEX, M, U.
adam.xlsx › Derivations!G40: error EXPR.NEVER: 'ADY > 5 AND ADY < 3' can never hold.
```

- `cdisc-pom lint STUDY` takes a study's name, the folder of its workbooks, or one workbook.
- `--format text|json|sarif`: for people, for programs, for code hosts.
- `--annotate OUT.xlsx` writes a copy of the workbook with the messages as comments on its cells;
  nothing else in it is changed.
- `--no-data` does not look at raw forms; each form and column then counts as known.
- `--agency nmpa|fda|pmda` and `--encoding` say whose rules and bytes hold for labels; without them
  the attributes Agency and Encoding of Define do.
- Exit code 0: no error (warnings and notes may be there), 1: errors.

An **error** stops the build, or would make data or a define that are wrong. A **warning** is
against a standard, or misleads. A **note** is worth knowing.

The packed tables of SDTMIG 3.4, ADaMIG 1.3 and controlled terminology cover the common domains and
code lists. `cdisc-pom ig import FILE` and `cdisc-pom ct import FILE` bring the published whole into
a local store; the versions in Define (`StandardVersion`, `CT Version`) pick from it.
"""  # noqa: E501 - messages stand on one line


def lint_page() -> str:
    """The rules in Markdown, family by family."""
    found = rules()
    counts = {kind: sum(1 for r in found.values() if r.severity == kind) for kind in _KINDS}
    shown = ", ".join(f"{count} {kind}s" for kind, count in counts.items())
    lines = [_HEAD, f"{len(found)} rules: {shown}."]
    for family, title in FAMILIES.items():
        mine = [rule for rule in found.values() if rule.family == family]
        if mine:
            lines += ["", f"## {title}", ""]
            lines += [line for rule in mine for line in _rule_lines(rule)]
    return "\n".join(lines).rstrip("\n") + "\n"


_KINDS = ("error", "warning", "note")


def _rule_lines(rule: Rule) -> list[str]:
    lines = [f"### {rule.id}", "", f"*{rule.severity}* — {rule.title}.", ""]
    return [*lines, rule.help, ""] if rule.help else lines


def main(folder: str) -> None:
    """Write the page."""
    write_text(Path(folder) / "lint.md", lint_page())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docs")
