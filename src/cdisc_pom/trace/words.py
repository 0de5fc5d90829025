"""Words of the tree, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["zh", "en"]

ROLES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "input": "",
        "condition": "condition",
        "key": "no record found for",
        "related": "related record",
        "peer": "other record",
        "record": "made from",
        "event": "event taken",
        "component": "component",
        "looked": "looked at",
        "subject": "subject",
        "lookup": "looked up",
        "row": "row of the workbook",
    },
    "zh": {
        "input": "",
        "condition": "条件",
        "key": "以下键无匹配记录",
        "related": "相关记录",
        "peer": "同数据集记录",
        "record": "由此生成",
        "event": "所取事件",
        "component": "组分",
        "looked": "所查记录",
        "subject": "受试者",
        "lookup": "查得",
        "row": "工作簿行",
    },
}

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "missing": "missing",
        "blank": "blank",
        "above": "shown above",
        "tried": "↚",
        "deeper": "--depth ends here",
        "compared": "put in order with {n} further records",
        "some": "{n} records; the first {shown} are shown, --all shows all.",
        "counted": "Counted: {n} records of {dataset}, {subjects} subjects",
        "population": "Population: {n} subjects of {dataset}",
        "further": "… {n} more, --all shows them",
        "unused": "No record uses it.",
        "made": "made from it",
        "uses": "uses it",
        "records": "{n} records",
        "one_record": "1 record",
        "left_out": "{dataset} leaves it out: {source}",
        "figures": "Figures that hold these records",
        "no_figures": "No figure holds these records.",
        "in_counted": "counted",
        "in_population": "in the population only",
        "share": "{complete} of {values} values have a complete chain ({share}).",
        "gap": "{dataset}.{variable}: {n} values without a complete chain [{place}]",
    },
    "zh": {
        "missing": "缺失",
        "blank": "空",
        "above": "见上",
        "tried": "↚",
        "deeper": "--depth 到此为止",
        "compared": "与另外 {n} 条记录一起排序",
        "some": "共 {n} 条记录，显示前 {shown} 条；--all 显示全部。",
        "counted": "计入：{dataset} 的 {n} 条记录，{subjects} 名受试者",
        "population": "人群：{dataset} 的 {n} 名受试者",
        "further": "… 另有 {n} 条，--all 显示",
        "unused": "没有记录使用它。",
        "made": "由它生成",
        "uses": "使用它",
        "records": "{n} 条记录",
        "one_record": "1 条记录",
        "left_out": "{dataset} 不取此行：{source}",
        "figures": "包含这些记录的图表数值",
        "no_figures": "没有图表数值包含这些记录。",
        "in_counted": "计入",
        "in_population": "仅属人群",
        "share": "{values} 个值中 {complete} 个可完整追溯（{share}）。",
        "gap": "{dataset}.{variable}：{n} 个值不能完整追溯 [{place}]",
    },
}
