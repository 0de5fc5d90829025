"""The words of a guide in its two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Parameters of {study}",
        "intro": "Every parameter of the analysis data sets with its rule, its source and, for "
        "times to event, its censoring. Generated from {book} by `cdisc-pom guide`.",
        "contents": "| data set | parameters | one record |",
        "records": "Records: {source}.",
        "rule": "Rule: {rule}",
        "arguments": "Arguments: `{arguments}`.",
        "note": "Note: {note}.",
        "shown": "Shown in: {displays}.",
        "events": "| order | kind | from | date | description | CNSR |",
        "event": "event",
        "censor": "censoring",
        "ends": "The earliest event ends the time. Without one the latest censoring does; of those "
        "on one day the smaller order counts.",
        "components": "| component | from | value | text | limits | date |",
        "variables": "| variable | label | how |",
        "variables_title": "Variables of {name}",
        "where": "{source} where `{where}`",
        "parameters": "parameters {names}",
    },
    "zh": {
        "title": "{study} 的参数",
        "intro": "分析数据集的每个参数及其规则、来源；至事件时间参数另列删失规则。"
        "由 `cdisc-pom guide` 根据 {book} 生成。",
        "contents": "| 数据集 | 参数数 | 一条记录 |",
        "records": "记录：{source}。",
        "rule": "规则：{rule}",
        "arguments": "参数设置：`{arguments}`。",
        "note": "说明：{note}。",
        "shown": "见于：{displays}。",
        "events": "| 顺序 | 类别 | 来源 | 日期 | 描述 | CNSR |",
        "event": "事件",
        "censor": "删失",
        "ends": "取最早的事件；无事件时取最晚的删失；同日者取顺序较小者。",
        "components": "| 组成部分 | 来源 | 数值 | 文本 | 限值 | 日期 |",
        "variables": "| 变量 | 标签 | 得出方法 |",
        "variables_title": "{name} 的变量",
        "where": "{source}，条件 `{where}`",
        "parameters": "参数 {names}",
    },
}
