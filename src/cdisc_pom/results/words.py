"""The words of reports and figures in both languages."""

from __future__ import annotations

from typing import Final

from cdisc_pom.results.comparison import Status
from cdisc_pom.results.displays import Language

_ENGLISH: Final = {
    "results": "Results",
    "published_against_reproduced": "Published against reproduced",
    "id": "Id",
    "figure": "Figure",
    "published": "Published",
    "reproduced": "Reproduced",
    "result": "Result",
    "status": "Status",
    "subjects": "n/N",
    "note": "Note",
    "difference": "{part} {reproduced}, published {published}",
    "absent": "not given",
    "separator": "; ",
    "legend": "{median}, {counts}",
    "records": "{dataset}: {records} records of {subjects} subjects.",
    "records_shown": " The first {rows} are shown.",
    "close": "Close",
    "median": "Median",
    "ci": "95% CI",
    "events": "{events} events in {n} subjects",
    "at_risk": "Number at risk",
    "event_free": "Probability of being event-free",
    "n_of": "(n = {n})",
    "treatment": "Treatment",
    "bars": "Subjects (n = {n})",
    "source": "Source of the published figures",
    "inconsistencies": "Inconsistencies of the source, and what was decided",
    "inconsistency": "What does not fit",
    "decision": "Decision",
    "not_reproduced": "Published figures that no display covers",
    "other_language": "中文",
    "contents": "Contents",
    "methods": "How the numbers are made",
    "summary": "{total} published figures: {equal} equal, "
    "{expected} equal to what the counts give, {differs} differ, {not_checked} not checked, "
    "{not_attainable} not attainable, "
    "{no_display_row} without a display row.",
    "method_rounding": "Numbers are rounded half away from zero to the printed decimals. "
    "NE: not estimable.",
    "method_exact": "Exact limits of a proportion are Clopper-Pearson’s, 95%.",
    "method_percentiles": "Medians and quartiles follow SAS QNTLDEF=5.",
    "method_km": "Times to event: Kaplan-Meier with Greenwood’s variance and log-log limits; "
    "limits of the median after Brookmeyer and Crowley, as SAS PROC LIFETEST with CONFTYPE=LOGLOG.",
    "method_share": "Values are numbers of subjects (percentages) where a row says nothing else.",
    "method_kappa": "Kappa is Cohen’s with asymptotic 95% limits after Fleiss, Cohen and Everitt, "
    "as SAS PROC FREQ with AGREE.",
    "method_ne": "NE: not estimable.",
    "method_band": "Shaded: pointwise 95% confidence band; ticks: censored subjects.",
    "all_subjects": "All subjects",
    "joiner": ", ",
    "population": "{name}: ADSL where {condition}, N = {n}.",
    "population_all": "{name}: all of ADSL, N = {n}.",
    "counted": "n/N: subjects that count of subjects in the population; for times to event, "
    "events of subjects.",
    "data_sets": "Analysis data sets: {names}.",
    "characteristic": "Characteristic",
    "number": "{name} (N\u00a0=\u00a0{n})",
    "value": "Value",
    "total": "Total",
    "page": "Page {page} of {pages}",
    "report_title": "Tables and figures",
    "method_records": "n/N: subjects counted of subjects in the population; for times to event, "
    "events of subjects. A click on a result lists its analysis records; OBS is the observation "
    "number in the XPT file.",
}

_CHINESE: Final = {
    "results": "结果",
    "published_against_reproduced": "发表值与复现值对照",
    "id": "编号",
    "figure": "指标",
    "published": "发表值",
    "reproduced": "复现值",
    "result": "结果",
    "status": "状态",
    "subjects": "n/N",
    "note": "说明",
    "difference": "{part}为{reproduced}，发表值为{published}",
    "absent": "未给出",
    "separator": "；",
    "legend": "{median}，{counts}",
    "records": "{dataset}：{subjects}例受试者的{records}条记录。",
    "records_shown": "仅显示前{rows}条。",
    "close": "关闭",
    "median": "中位数",
    "ci": "95% CI",
    "events": "{n}例受试者中{events}例发生事件",
    "at_risk": "风险人数",
    "event_free": "未发生事件的概率",
    "n_of": "（n = {n}）",
    "treatment": "治疗",
    "bars": "受试者（n = {n}）",
    "source": "发表值来源",
    "inconsistencies": "来源中的不一致之处及处理决定",
    "inconsistency": "不一致之处",
    "decision": "处理决定",
    "not_reproduced": "未被任何展示覆盖的发表值",
    "other_language": "English",
    "contents": "目录",
    "methods": "计算方法",
    "summary": "共{total}项发表值：{equal}项一致，{expected}项与按例数计算的值一致，"
    "{differs}项不一致，{not_checked}项未核对，{not_attainable}项无法复现，"
    "{no_display_row}项无对应展示行。",
    "method_rounding": "数值按四舍五入（远离零方向）保留至所示小数位。NE：无法估计。",
    "method_exact": "率的精确置信区间采用Clopper-Pearson法，95%。",
    "method_percentiles": "中位数和四分位数采用SAS QNTLDEF=5定义。",
    "method_km": "至事件时间：Kaplan-Meier法，Greenwood方差，log-log置信区间；中位数置信区间采用"
    "Brookmeyer-Crowley法，与SAS PROC LIFETEST（CONFTYPE=LOGLOG）一致。",
    "method_share": "除行中另有说明外，数值为例数（百分比）。",
    "method_kappa": "Kappa为Cohen’s Kappa，渐近95%置信区间采用Fleiss-Cohen-Everitt方差，"
    "与SAS PROC FREQ（AGREE）一致。",
    "method_ne": "NE：无法估计。",
    "method_band": "阴影：逐点95%置信带；短竖线：删失受试者。",
    "all_subjects": "全部受试者",
    "joiner": "、",
    "population": "{name}：ADSL中{condition}，N = {n}。",
    "population_all": "{name}：ADSL中的全部受试者，N = {n}。",
    "counted": "n/N：计入人数/人群人数；至事件时间为事件数/人数。",
    "data_sets": "分析数据集：{names}。",
    "characteristic": "指标",
    "number": "{name}（N\u00a0=\u00a0{n}）",
    "value": "结果",
    "total": "合计",
    "page": "第{page}页，共{pages}页",
    "report_title": "表与图",
    "method_records": "n/N：计入人数/人群人数；至事件时间为事件数/人数。"
    "点击结果可查看其分析记录，OBS为XPT文件中的观测号。",
}

_WORDS: Final = {"en": _ENGLISH, "zh": _CHINESE}

_STATUS: Final[dict[Status, tuple[str, str]]] = {
    "equal": ("equal", "一致"),
    "expected": ("equal to expected (print is inconsistent)", "与预期值一致（原文自相矛盾）"),
    "differs": ("differs", "不一致"),
    "not_checked": ("not checked", "未核对"),
    "not_attainable": ("not attainable", "无法复现"),
    "no_display_row": ("no display row", "无对应展示行"),
}


_PARTS: Final = {
    "n": ("n", "例数"),
    "denom": ("N", "总例数"),
    "pct": ("percentage", "百分比"),
    "lcl": ("lower limit", "置信下限"),
    "ucl": ("upper limit", "置信上限"),
    "median": ("median", "中位数"),
    "min": ("minimum", "最小值"),
    "max": ("maximum", "最大值"),
    "q1": ("first quartile", "下四分位数"),
    "q3": ("third quartile", "上四分位数"),
    "mean": ("mean", "均值"),
    "sd": ("standard deviation", "标准差"),
    "kappa": ("kappa", "Kappa"),
    "se": ("standard error", "标准误"),
    "events": ("events", "事件数"),
    "unpaired": ("rated by one only", "仅一方评估"),
    "count": ("count", "例数"),
    "at_risk": ("at risk", "风险人数"),
    "censored": ("censored", "删失数"),
    "survival": ("survival", "生存率"),
    "survival_lcl": ("survival, lower limit", "生存率置信下限"),
    "survival_ucl": ("survival, upper limit", "生存率置信上限"),
    "first": ("first", "最早"),
    "last": ("last", "最晚"),
}


def words_known(key: str) -> bool:
    """Whether there is a word or sentence of this name."""
    return key in _ENGLISH


def word(key: str, language: Language) -> str:
    """A word or sentence."""
    return _WORDS[language][key]


def status_word(status: Status, language: Language) -> str:
    """How a figure stands, in words."""
    return _STATUS[status][language == "zh"]


def part_word(part: str, language: Language) -> str:
    """The name of a part of a figure, the part's own name where there is none."""
    return _PARTS.get(part, (part, part))[language == "zh"]
