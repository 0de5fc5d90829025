"""The README of a new study: what was recognised, what waits for people, what to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdisc_pom.initialise.sdtm import Draft
from cdisc_pom.initialise.setting import Setting
from cdisc_pom.initialise.survey import Survey

_STEPS = """
## What to do
1. Open `sdtm.xlsx`. Rows on yellow are proposals that ask for a look: their Note starts with
   `guess` or `likely` and says why. Correct the row, or clear the word when it is right.
2. Run `cdisc-pom lint {study}`: it lists everything that is missing or wrong, each at its cell.
   Fill a variable by a row of Mapping, by Assigned Value (a constant), or set Has No Data to Yes.
3. Run `cdisc-pom build {study}`. Collected words that no code list knows wait in the sheet Terms
   with an empty Term; tests that were not recognised wait in Findings with an empty Testcd.

The sheet Permissible holds variables that the guide permits and nothing fills: copy a row to
Variables to use it. The sheet Raw columns lists every raw column with what stands in it. Both are
for reading; the program passes over them.
"""


def readme(
    setting: Setting, survey: Survey, drafts: Mapping[str, Draft], empty: Sequence[str]
) -> str:
    """The page as Markdown."""
    lines = [
        f"# {setting.study_id}",
        "",
        "Written by `cdisc-pom init`; edit it as you like.",
        "",
        "| | |",
        "|---|---|",
        f"| Standards | SDTMIG {setting.sdtmig}, SDTM CT {setting.sdtm_ct}"
        + (f", ADaMIG {setting.adamig}, ADaM CT {setting.adam_ct}" if setting.analysis else "")
        + " |",
        f"| Agency | {setting.agency} |",
        f"| Language of labels | {setting.language} |",
        f"| Data sets | {', '.join((*setting.domains, *setting.analysis))} |",
        _STEPS.format(study=setting.study).rstrip(),
    ]
    draft = drafts.get("sdtm")
    if draft is not None:
        lines += ["", "## Forms", "| form | records | goes to |", "|---|---|---|"]
        lines += [f"| {name} | {table.records} | {_goes_to(name, draft)} |"
                  for name, table in survey.forms.items()]  # fmt: skip
    if empty:
        lines += ["", "## Variables that nothing fills yet", ""]
        lines += [f"- {dataset}: {', '.join(names)}" for dataset, names in _grouped(empty).items()]
    remarks = [text for each in drafts.values() for text in each.remarks]
    if remarks:
        lines += ["", "## Not taken, though the name looked right", ""]
        lines += [f"- {text}" for text in remarks]
    return "\n".join(lines) + "\n"


def _goes_to(form: str, draft: Draft) -> str:
    found = [str(row["Dataset"]) for row in draft.sheets["Sources"]
             if row["From"] == f"form:{form}"]  # fmt: skip
    if found:
        return ", ".join(dict.fromkeys(found))
    maybe = draft.open_forms.get(form)
    return f"nothing yet; perhaps {maybe}" if maybe else "nothing yet"


def _grouped(names: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        dataset, _, variable = name.partition(".")
        found.setdefault(dataset, []).append(variable)
    return found
