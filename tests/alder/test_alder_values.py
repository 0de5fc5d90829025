"""Single values of ALDER-201, worked out by hand from the raw files, each with its reason.

Study days: the day of the first dose is day 1, the day before it day -1. First doses that the
comments use: 101-001 16 Dec 2013, 101-004 26 Dec, 101-005 2 Jan 2014, 101-006 3 Jan, 101-010 6 Jan,
204-001 18 Dec, 204-003 20 Dec, 204-004 23 Dec.
Factors: glucose 0.0555, creatinine 88.4, bilirubin 17.1, triglycerides 0.0113, pound 0.45359237,
inch 2.54; a half is rounded away from zero.
"""

import math

import pytest

# data set, subject, record, variable, value (None: missing), reason
DM = [
    ("101-001", "RFICDTC", "2013-12-02T09:15", "02-Dec-2013 and 9:15 AM"),
    ("101-002", "RFICDTC", "2013-12-03T12:10", "12:10 PM is after noon, not after midnight"),
    ("101-005", "RFICDTC", "2013-12-16T14:45", "2:45 PM"),
    ("204-010", "RFICDTC", "2013-12-17", "no time was collected"),
    ("101-004", "RFSTDTC", "2013-12-26T12:05", "first dose, 12:05 PM; the second interval is later"),
    ("101-004", "RFENDTC", "2014-01-23", "end of the second interval"),
    ("101-003", "RFSTDTC", None, "a screening failure has no dose"),
    ("101-009", "RFXSTDTC", None, "randomized, not treated"),
    ("101-009", "RFPENDTC", "2014-01-09", "withdrew the day after"),
    ("101-007", "BRTHDTC", "1948", "UN/UN/1948"),
    ("101-007", "AGE", 65, "30 June 1948 to 18 Dec 2013"),
    ("101-004", "AGE", 52, "53 on the day after consent"),
    ("101-008", "AGE", 68, "68 on the day of consent"),
    ("101-002", "AGE", 64, "64 three days before consent"),
    ("101-006", "BRTHDTC", "1952-02-29", "a leap year"),
    ("204-005", "RACE", "WHITE", "typed in capitals"),
    ("204-009", "RACE", "WHITE", "a blank behind it"),
    ("204-009", "ETHNIC", "NOT REPORTED", "title case"),
    ("101-009", "RACE", "OTHER", "the words stand in SUPPDM"),
    ("101-003", "ARMCD", None, "never assigned"),
    ("101-003", "ARMNRS", "SCREEN FAILURE", "why the arm is missing"),
    ("101-009", "ARM", "Aldegliptin 50 mg", "assigned"),
    ("101-009", "ACTARM", None, "took nothing"),
    ("101-009", "ARMNRS", "ASSIGNED, NOT TREATED", "why the actual arm is missing"),
    ("101-007", "ARMCD", "PBO", "the later randomization; as text 12/30/2013 would win"),
    ("101-008", "ARMCD", "PBO", "assigned to placebo"),
    ("101-008", "ACTARMCD", "ALD50", "got the wrong kit"),
    ("101-010", "DTHDTC", "2014-01-18T05:20", "01/18/2014, 5:20 AM"),
    ("101-010", "DTHFL", "Y", "died"),
    ("101-001", "DTHFL", None, "did not"),
    ("101-001", "DMDY", -14, "2 Dec to 16 Dec"),
]  # fmt: skip

AE = [
    ("101-001", "Headache", "AESTDY", 3, "18 Dec"),
    ("101-001", "Nasopharyngitis", "AESTDTC", "2014-01", "UN-Jan-2014"),
    ("101-001", "Nasopharyngitis", "AESTDY", None, "a partial date has no day"),
    ("101-001", "Nasopharyngitis", "EPOCH", "TREATMENT", "all of January lies in it"),
    ("101-004", "Hepatic enzyme increased", "AESEV", "MODERATE", "saved 1:15 PM, not 9:30 AM"),
    ("101-004", "Hepatic enzyme increased", "AEACN", "DRUG WITHDRAWN", "the same"),
    ("101-004", "Hepatic enzyme increased", "AEENTPT", "2014-01-24", "end of participation"),
    ("101-005", "Hypoglycaemia", "AESTDTC", "2014-01-21T23:30", "01/21/2014, 11:30 PM"),
    ("204-002", "Hypoglycaemia", "AESTDTC", "2013-12-24T00:15", "12:15 AM is after midnight"),
    ("204-003", "Arthralgia", "AESTDTC", "2014-01-05", "1/5/2014 is 5 January"),
    ("101-006", "Diarrhoea", "AESTDTC", "2014", "the year alone"),
    ("101-006", "Diarrhoea", "EPOCH", None, "the year lies in three epochs"),
    ("101-006", "Nausea", "AEENDY", 31, "3 Jan is day 1, 2 Feb day 31"),
    ("101-007", "Back pain", "AESTDTC", "2013-12", "UN-Dec-2013"),
    ("101-007", "Back pain", "AEREL", "NOT RELATED", "Not Related"),
    ("101-010", "Acute myocardial infarction", "AESTDY", 13, "18 Jan"),
    ("101-010", "Acute myocardial infarction", "AEOUT", "FATAL", "title case"),
    ("101-010", "Acute myocardial infarction", "AESDTH", "Y", "criterion"),
    ("204-006", "Rash", "EPOCH", "FOLLOW-UP", "1 Mar; last dose 20 Feb"),
    ("204-009", "Headache", "EPOCH", "SCREENING", "18 Dec; first dose 2 Jan"),
    ("204-009", "Headache", "AESTDY", -15, "there is no day 0"),
    ("204-010", "Fatigue", "AEENDTC", "2014", "UN-UNK-2014"),
]

CM = [
    ("101-001", "Glucophage", "CMDOSE", 1000, "1,000"),
    ("204-003", "Vitamin D3", "CMDOSE", 2000, "2,000"),
    ("101-002", "metformin", "CMSTDTC", "2009", "the year alone"),
    ("101-002", "Zestril", "CMSTDTC", "2012-03", "UN-Mar-2012"),
    ("101-003", "Metformin ER", "CMSTDTC", "2013-05", "05/2013"),
    ("101-004", "Metformin", "CMSTDTC", "2010", "UN/UN/2010"),
    ("101-005", "Metformin", "CMSTDTC", "2012-01-05", "1/5/2012 is 5 January"),
    ("101-007", "Advil", "CMSTDTC", "2013-12", "Dec-2013"),
    ("101-010", "Aspirin", "CMSTDTC", "2005", "UN-UNK-2005"),
    ("101-010", "Aspirin", "CMENTPT", "2014-01-18", "ongoing at death"),
    ("101-004", "Lipitor", "CMDOSFRQ", "QHS", "At Bedtime"),
    ("204-005", "Benadryl", "CMDOSFRQ", "Q6H", "Every 6 Hours"),
    ("101-006", "Zofran", "CMDOSFRQ", "PRN", "As Needed"),
    ("204-001", "Robitussin", "CMSTDY", 11, "28 Dec"),
    ("204-007", "Morphine", "CMROUTE", "INTRAVENOUS", "title case"),
]

EX = [
    ("101-004", "2014-01-18", "EXSTDY", 24, "18 Jan, after the interruption"),
    ("101-004", "2013-12-26T12:05", "EXENDY", 18, "12 Jan"),
    ("101-006", "2014-01-31", "EXDOSE", 25, "reduced"),
    ("101-006", "2014-01-31", "EXSTDY", 29, "31 Jan"),
    ("101-008", "2014-01-07T09:00", "EXTRT", "ALDEGLIPTIN", "as given, not as assigned"),
    ("204-002", "2013-12-19T12:00", "EXDOSFRQ", "QD", "Once Daily; 12:00 PM is noon"),
    ("101-002", "2013-12-17T09:10", "EXDOSE", 0, "placebo"),
]

# subject, VISITNUM
SV = [
    ("101-002", 3.01, "SVSTDTC", "2014-01-07", "unscheduled after Week 2"),
    ("101-005", 3.01, "SVSTDTC", "2014-01-21", "the earlier of two of one name"),
    ("101-005", 3.02, "SVSTDTC", "2014-01-24", "the later, though it stands first in the form"),
    ("101-010", 2.01, "VISIT", "UNSCHEDULED 2.01", "after Baseline"),
    ("101-010", 2.01, "SVPRESP", None, "not planned"),
    ("204-003", 3, "SVOCCUR", "N", "missed"),
    ("204-003", 3, "SVREASOC", "Snow storm", "why"),
    ("204-003", 3, "SVSTDTC", None, "no date"),
    ("204-001", 3, "SVSTDY", 16, "2 Jan, a day late"),
    ("101-004", 90, "VISIT", "EARLY TERMINATION", "by name"),
]

# subject, test, specimen, VISITNUM
LB = [
    ("101-001", "GLUC", "SERUM", 1, "LBSTRESN", 8.99, "162 x 0.0555 = 8.991"),
    ("101-001", "GLUC", "SERUM", 1, "LBNRIND", "HIGH", "above 99 mg/dL"),
    ("101-001", "GLUC", "SERUM", 1, "LBSTNRHI", 5.49, "99 x 0.0555 = 5.4945"),
    ("101-001", "GLUC", "SERUM", 1, "LBLOBXFL", "Y", "the only one before the first dose"),
    ("101-003", "GLUC", "SERUM", 1, "LBLOBXFL", None, "never dosed"),
    ("101-001", "GLUC", "URINE", 1, "LBSTRESC", "NEGATIVE", "title case"),
    ("101-002", "GLUC", "URINE", 1, "LBSTRESC", "POSITIVE", "1+"),
    ("101-002", "GLUC", "URINE", 1, "LBORRES", "1+", "as collected"),
    ("101-002", "GLUC", "URINE", 1, "LBORNRHI", None, "the range is that of serum"),
    ("101-002", "TRIG", "SERUM", 1, "LBORRES", "1,250", "as collected"),
    ("101-002", "TRIG", "SERUM", 1, "LBSTRESN", 14.13, "1250 x 0.0113 = 14.125, a half"),
    ("101-002", "TRIG", "SERUM", 1, "LBSTRESC", "14.13", "the same as text"),
    ("101-002", "TRIG", "SERUM", 1, "LBORNRLO", None, "no lower limit"),
    ("101-002", "TRIG", "SERUM", 4, "LBSTRESN", 11.41, "1010 x 0.0113 = 11.413"),
    ("101-002", "GLUC", "SERUM", 3.01, "LBDTC", "2014-01-07T10:30", "Unsched is Unscheduled"),
    ("101-002", "TRIG", "SERUM", 1, "LBDTC", "2013-12-03T12:30", "12:30 PM"),
    ("101-003", "HBA1C", "BLOOD", 1, "LBSTRESN", 6.1, "percent stays percent"),
    ("101-005", "BILI", "SERUM", 1, "LBSTRESC", "<3.4", "0.2 x 17.1 = 3.42"),
    ("101-005", "BILI", "SERUM", 1, "LBSTRESN", None, "no number"),
    ("101-005", "BILI", "SERUM", 1, "LBNRIND", None, "not compared"),
    ("101-005", "GLUC", "SERUM", 3.01, "LBSTRESN", 2.66, "48 x 0.0555 = 2.664, 21 Jan"),
    ("101-005", "GLUC", "SERUM", 3.01, "LBNRIND", "LOW", "below 70 mg/dL"),
    ("101-005", "GLUC", "SERUM", 3.02, "LBSTRESN", 6.22, "112 x 0.0555 = 6.216, 24 Jan"),
    ("101-007", "HGB", "BLOOD", 1, "LBNRIND", "LOW", "11.8; 12.0 g/dL for women"),
    ("101-010", "HGB", "BLOOD", 1, "LBSTRESN", 179, "17.9 g/dL"),
    ("101-010", "HGB", "BLOOD", 1, "LBNRIND", "HIGH", "17.5 g/dL for men"),
    ("101-010", "CREAT", "SERUM", 1, "LBSTRESN", 114.9, "1.3 x 88.4 = 114.92"),
    ("101-010", "CREAT", "SERUM", 1, "LBNRIND", "NORMAL", "the limit itself, 1.3 for men"),
    ("101-010", "PLAT", "BLOOD", 1, "LBNRIND", "LOW", "148"),
    ("204-003", "HGB", "BLOOD", 1, "LBNRIND", "NORMAL", "the limit itself, 12.0 for women"),
    ("204-008", "CREAT", "SERUM", 1, "LBSTRESC", "168", "1.9 x 88.4 = 167.96"),
    ("204-001", "GLUC", "SERUM", 4, "LBSTRESN", 9.05, "163 x 0.0555 = 9.0465, sent as 240001"),
    ("204-004", "GLUC", "SERUM", 4, "LBDY", 30, "drawn 21 Jan, the day after the visit"),
    ("204-004", "GLUC", "SERUM", 5, "LBSTAT", "NOT DONE", "the whole sample"),
    ("204-004", "GLUC", "SERUM", 5, "LBREASND", "Subject refused", "why"),
    ("204-004", "GLUC", "SERUM", 5, "LBORRES", None, "no result"),
    ("204-005", "PLAT", "BLOOD", 90, "LBSTAT", "NOT DONE", "ND at early termination"),
    ("204-005", "PLAT", "BLOOD", 90, "LBORRESU", None, "no unit without a result"),
    ("204-007", "HGB", "BLOOD", 4, "LBSTRESN", 92, "9.2 was reported last, 19.2 before"),
    ("204-007", "PLAT", "BLOOD", 4, "LBNRIND", "HIGH", "415"),
    ("204-010", "BILI", "SERUM", 5, "LBREASND", "SPECIMEN HEMOLYZED", "hemolyzed is no result"),
]

# subject, test, VISITNUM
VS = [
    ("101-001", "HEIGHT", 1, "VSSTRESN", 162.6, "64 x 2.54 = 162.56"),
    ("101-001", "WEIGHT", 1, "VSSTRESN", 81.6, "180 x 0.45359237 = 81.647"),
    ("101-001", "TEMP", 1, "VSSTRESC", "37", "98.6 F"),
    ("101-001", "TEMP", 1, "VSORRESU", "F", "as collected"),
    ("101-002", "TEMP", 1, "VSSTRESN", 36.6, "(97.9 - 32) x 5 / 9 = 36.61"),
    ("101-002", "WEIGHT", 1, "VSSTRESC", "100", "220.4 x 0.45359237 = 99.972"),
    ("204-007", "TEMP", 4, "VSSTRESN", 37.5, "99.5 F"),
    ("101-005", "TEMP", 3.01, "VSSTRESN", 36.1, "97.0 F: 36.11"),
    ("101-005", "TEMP", 3.01, "VSDTC", "2014-01-21T23:55", "11:55 PM"),
    ("101-010", "SYSBP", 2.01, "VSSTRESN", 164, "Unsched after Baseline"),
    ("204-003", "HEIGHT", 1, "VSSTRESN", 153.7, "60.5 x 2.54 = 153.67"),
    ("204-004", "TEMP", 5, "VSSTAT", "NOT DONE", "ND"),
    ("204-004", "TEMP", 5, "VSORRES", None, "ND is no result"),
    ("101-001", "SYSBP", 2, "VSLOBXFL", "Y", "7:30 AM, dosed 8:05 AM"),
    ("101-001", "SYSBP", 1, "VSLOBXFL", None, "not the last one"),
    ("101-004", "SYSBP", 2, "VSLOBXFL", None, "12:40 PM, dosed 12:05 PM"),
    ("101-004", "SYSBP", 1, "VSLOBXFL", "Y", "so the one before it"),
    ("101-004", "SYSBP", 90, "VSDY", 30, "24 Jan"),
    ("101-001", "SYSBP", 5, "EPOCH", "TREATMENT", "10 Feb, the day after the last dose"),
    ("101-009", "SYSBP", 2, "EPOCH", "SCREENING", "never dosed"),
    ("101-002", "SYSBP", 4, "VISIT", "WEEK 4", "Wk 4"),
    ("101-003", "SYSBP", 1, "VISIT", "SCREENING", "SCREENING"),
]

# subject, ETCD
SE = [
    ("101-001", "SCRN", "SEENDTC", "2013-12-16", "the first dose ends screening"),
    ("101-001", "FUP", "SESTDTC", "2014-02-11", "two days after 9 Feb"),
    ("101-001", "FUP", "SESTDY", 58, "16 days in December, 31 in January, 11"),
    ("101-008", "ALD", "SESTDTC", "2014-01-07", "the element that was lived through"),
    ("101-010", "ALD", "SEENDTC", "2014-01-18", "death, a day after the last dose"),
    ("101-009", "SCRN", "SEENDTC", "2014-01-09", "the end of participation ends screening"),
]

# subject, DSDECOD
DS = [
    ("101-007", "RANDOMIZED", "DSSTDTC", "2013-12-30T16:10", "the first time, 4:10 PM"),
    ("101-007", "RE-RANDOMIZED", "DSSTDTC", "2014-01-06T08:15", "the second"),
    ("101-007", "RE-RANDOMIZED", "DSTERM", "Randomized, number 0107", "zeros stay"),
    ("101-010", "DEATH", "DSSTDY", 13, "18 Jan"),
    ("204-002", "LOST TO FOLLOW-UP", "DSTERM", "Lost To Follow-Up", "as collected"),
    ("101-003", "SCREEN FAILURE", "EPOCH", "SCREENING", "12 Dec"),
    ("101-001", "COMPLETED", "DSSTDY", 71, "24 Feb: 16 + 31 + 24"),
]

IE = [
    ("101-003", "INCL03", "IEORRES", "N", "Inclusion 3 was not met"),
    ("204-008", "EXCL02", "IEORRES", "Y", "Exclusion 2 was met"),
    ("204-008", "EXCL02", "IECAT", "EXCLUSION", "from TI"),
]

SUPPDM = [
    ("101-007", "RANDNO", "QVAL", "0107", "the later number, with its zero"),
    ("101-009", "RACEOTH", "QVAL", "Mixed Heritage", "beside OTHER"),
]

KEYS = {
    "DM": (), "AE": ("AEDECOD",), "CM": ("CMTRT",), "EX": ("EXSTDTC",), "SV": ("VISITNUM",),
    "LB": ("LBTESTCD", "LBSPEC", "VISITNUM"), "VS": ("VSTESTCD", "VISITNUM"), "SE": ("ETCD",),
    "DS": ("DSDECOD",), "IE": ("IETESTCD",), "SUPPDM": ("QNAM",),
}  # fmt: skip
TABLES = {
    "DM": DM, "AE": AE, "CM": CM, "EX": EX, "SV": SV, "LB": LB, "VS": VS, "SE": SE, "DS": DS,
    "IE": IE, "SUPPDM": SUPPDM,
}  # fmt: skip
CASES = [
    pytest.param(name, row[0], row[1:-3], *row[-3:-1], id=" ".join(str(cell) for cell in (name, *row[:-2])))
    for name, rows in TABLES.items()
    for row in rows
]  # fmt: skip


@pytest.mark.parametrize(("dataset", "subject", "record", "variable", "expected"), CASES)
def test_a_value_is_what_the_raw_files_say(xpt, dataset, subject, record, variable, expected):
    frame = xpt(dataset)
    found = frame[frame["USUBJID"] == f"ALDER-201-{subject}"]
    for key, value in zip(KEYS[dataset], record, strict=True):
        same = (found[key] - value).abs() < 1e-9 if key == "VISITNUM" else found[key] == value
        found = found[same]
    assert len(found) == 1
    value = found[variable].iloc[0]
    if expected is None:
        assert value == "" or (isinstance(value, float) and math.isnan(value))
    elif isinstance(expected, str):
        assert value == expected
    else:
        assert value == pytest.approx(expected, abs=1e-9)


def test_there_are_enough_cases_of_each_kind():
    assert len(CASES) >= 60
    assert len({case.id for case in CASES}) == len(CASES)
