"""Analysis Results Metadata 1.0 in the define file of the analysis data sets.

`arm:AnalysisResultDisplays` stands at the end of the file; the where clauses and the comment that
it refers to stand with the others of their kind, so this module is three steps of the writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cdisc_pom.define.arm_rows import SUBJECTS, Analysis, argument_names, read_analyses
from cdisc_pom.define.draft import Draft
from cdisc_pom.define.names import Element, element, oid
from cdisc_pom.define.texts import document_ref
from cdisc_pom.define.values import range_check
from cdisc_pom.errors import Cell
from cdisc_pom.spec.clauses import Condition, clause_id
from cdisc_pom.spec.sheets import DisplayRow

Conditions = tuple[Condition, ...]

_JOIN = oid("COM", "ARM-JOIN")
_JOIN_TEXT = (
    f"Records are joined to {SUBJECTS} by USUBJID; subjects of {SUBJECTS} are the denominator.",
    f"记录按USUBJID与{SUBJECTS}关联；分母为{SUBJECTS}中的受试者。",
)
_CONTEXT = "cdisc_pom, sheet Displays (conditions in SQL)"
# What a program needs to compute the result again, in the words of the sheet.
_STATEMENTS = (
    "statistic", "arguments", "dataset", "parameter", "variable", "where", "population", "group",
    "format",
)  # fmt: skip


def analysis_clauses(draft: Draft) -> list[Element]:
    """`def:WhereClauseDef` of each selection of records, each once."""
    made: dict[Conditions, Element] = {}
    names = _clause_oids(draft)
    for analysis in _analyses(draft):
        for selected in analysis.data:
            if selected.conditions and selected.conditions not in made:
                clause = element("def:WhereClauseDef", {"OID": names[selected.conditions]})
                cell = analysis.row.cell("where")
                clause.extend(range_check(draft, each, cell) for each in selected.conditions)
                made[selected.conditions] = clause
    return list(made.values())


def analysis_comments(draft: Draft) -> list[Element]:
    """The comment that says how two data sets are joined, where an analysis uses two."""
    if not any(len(analysis.data) > 1 for analysis in _analyses(draft)):
        return []
    made = element("def:CommentDef", {"OID": _JOIN})
    made.extend(draft.texts("Description", *_JOIN_TEXT))
    return [made]


def analysis_result_displays(draft: Draft) -> list[Element]:
    """`arm:AnalysisResultDisplays`; nothing when no display states reason and purpose."""
    displays = _displays(draft)
    if not displays:
        return []
    names = _clause_oids(draft)
    holder = element("arm:AnalysisResultDisplays")
    for number, analyses in enumerate(displays, start=1):
        row = analyses[0].row
        made = element(
            "arm:ResultDisplay", {"OID": oid("RD", str(number)), "Name": _short(row.display)}
        )
        made.extend(draft.texts("Description", row.display, row.display_zh))
        made.extend(
            _analysis_result(draft, analysis, names, oid("AR", str(number), str(at)))
            for at, analysis in enumerate(analyses, start=1)
        )
        holder.append(made)
    return [holder]


def missing_chinese(draft: Draft) -> Iterator[tuple[Cell, str, str]]:
    """Cells of described displays that have no Chinese text, what they are, and the English."""
    for analysis in _analyses(draft):
        row = analysis.row
        if not row.display_zh:
            yield row.cell("display_zh"), f"display '{row.display}'", row.display
        if not row.label_zh:
            yield row.cell("label_zh"), f"display row {row.order}", row.label


def _displays(draft: Draft) -> list[list[Analysis]]:
    """Analyses by display; those of a data set that is not there are a fault and left out."""
    known = {built.meta.name for built in draft.standard.datasets}
    displays = []
    for display in read_analyses(draft.standard.workbook.rows(DisplayRow), draft.faults):
        held = [analysis for analysis in display if analysis.row.dataset in known]
        for row in (analysis.row for analysis in display if analysis.row.dataset not in known):
            draft.faults.unknown("data set", row.dataset, known, place=row.cell("dataset"))
        if held:
            displays.append(held)
    return displays


def _analyses(draft: Draft) -> Iterator[Analysis]:
    for display in _displays(draft):
        yield from display


def _short(title: str) -> str:
    """`Table 2` of `Table 2. Response`."""
    return title.partition(". ")[0]


def _clause_oids(draft: Draft) -> dict[Conditions, str]:
    """OID of each selection; letters that an OID cannot hold may make two alike."""
    names: dict[Conditions, str] = {}
    for analysis in _analyses(draft):
        for selected in analysis.data:
            if selected.conditions and selected.conditions not in names:
                name = oid("WC", "ARM", clause_id(selected.conditions, selected.dataset))
                taken = sum(1 for one in names.values() if one.partition("__")[0] == name)
                names[selected.conditions] = f"{name}__{taken + 1}" if taken else name
    return names


def _analysis_result(
    draft: Draft, analysis: Analysis, names: Mapping[Conditions, str], name: str
) -> Element:
    row = analysis.row
    parameter = oid("IT", row.dataset, "PARAMCD") if row.parameter else None
    made = element(
        "arm:AnalysisResult",
        {
            "OID": name,
            "ParameterOID": parameter,
            "AnalysisReason": analysis.reason,
            "AnalysisPurpose": analysis.purpose,
        },
    )
    made.extend(draft.texts("Description", row.label, row.label_zh))
    made.append(_datasets(draft, analysis, names))
    made.append(_documentation(draft, analysis))
    made.append(_programming_code(row))
    return made


def _datasets(draft: Draft, analysis: Analysis, names: Mapping[Conditions, str]) -> Element:
    comment = _JOIN if len(analysis.data) > 1 else None
    made = element("arm:AnalysisDatasets", {"def:CommentOID": comment})
    for at, selected in enumerate(analysis.data):
        known = _known_variables(draft, selected.dataset)
        one = element("arm:AnalysisDataset", {"ItemGroupOID": oid("IG", selected.dataset)})
        if selected.conditions:
            clause = {"WhereClauseOID": names[selected.conditions]}
            one.append(element("def:WhereClauseRef", clause))
        extra = [] if at else [name for name in argument_names(analysis.row) if name in known]
        for variable in dict.fromkeys([*selected.variables, *extra]):
            if variable not in known:
                field = "variable" if analysis.row.variable else "where"
                what, place = f"variable of {selected.dataset}", analysis.row.cell(field)
                draft.faults.unknown(what, variable, known, place=place)
            target = {"ItemOID": oid("IT", selected.dataset, variable)}
            one.append(element("arm:AnalysisVariable", target))
        made.append(one)
    return made


def _known_variables(draft: Draft, dataset: str) -> list[str]:
    metas = [built.meta for built in draft.standard.datasets if built.meta.name == dataset]
    return [variable.name for meta in metas for variable in meta.variables]


def _documentation(draft: Draft, analysis: Analysis) -> Element:
    row = analysis.row
    made = element("arm:Documentation")
    made.extend(draft.texts("Description", _in_english(analysis), _in_chinese(analysis)))
    leaf = draft.document_id(row.document, row.cell("document"))
    if leaf is not None:
        made.append(document_ref(leaf, row.pages))
    return made


def _in_english(analysis: Analysis) -> str:
    row = analysis.row
    sentences = [
        f"Subjects: {SUBJECTS} where {row.population}." if row.population
        else f"Subjects: all of {SUBJECTS}.",
        f"Records that count: {_source(row, 'where', 'all')}.",
        f"Statistic: {row.statistic}" + (f" for each {row.group}." if row.group else "."),
    ]  # fmt: skip
    if analysis.in_words:
        sentences.append(f"No where clause can say: {'; '.join(analysis.in_words)}.")
    return " ".join([*sentences, *([row.footnote] if row.footnote else [])])


def _in_chinese(analysis: Analysis) -> str:
    row = analysis.row
    sentences = [
        f"受试者：{SUBJECTS}，条件{row.population}。" if row.population
        else f"受试者：{SUBJECTS}中的全部受试者。",
        f"计入的记录：{_source(row, '，条件', '全部')}。",
        f"统计量：{row.statistic}" + (f"，按{row.group}分组。" if row.group else "。"),
    ]  # fmt: skip
    if analysis.in_words:
        sentences.append(f"条件子句无法表达：{'；'.join(analysis.in_words)}。")
    note = row.footnote_zh or row.footnote
    return "".join([*sentences, *([note] if note else [])])


def _source(row: DisplayRow, word: str, every: str) -> str:
    parts = [f"PARAMCD = '{row.parameter}'"] if row.parameter else []
    if row.where:
        parts.append(f"({row.where})" if parts else row.where)
    if not parts:
        return f"{every} {row.dataset}" if word == "where" else f"{row.dataset}{every}"
    joined = " AND ".join(parts)
    return f"{row.dataset} {word} {joined}" if word == "where" else f"{row.dataset}{word}{joined}"


def _programming_code(row: DisplayRow) -> Element:
    made = element("arm:ProgrammingCode", {"Context": _CONTEXT})
    code = element("arm:Code")
    lines = [(field, getattr(row, field)) for field in _STATEMENTS]
    code.text = "\n".join(f"{field}: {value}" for field, value in lines if value)
    made.append(code)
    return made
