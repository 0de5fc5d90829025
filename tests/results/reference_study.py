"""The reference study's analysis data sets, made small and straight from its subjects' table.

No pipeline is involved: what the tests here prove is that displays and statistics are right when
the data sets are.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from cdisc_pom.results.facts import Facts
from cdisc_pom.spec.rows import RowPlace
from cdisc_pom.spec.sheets import DisplayRow
from cdisc_pom.spec.study import read_study

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "data" / "pom" / "design"
PUBLISHED = DESIGN / "published.yaml"

RESPONDERS = ("CR", "VGPR", "PR")
CONTROLLED = (*RESPONDERS, "SD")
SEVERE = {
    "g34_neut": "Neutrophil count decreased",
    "g34_leuk": "White blood cell count decreased",
    "g34_plt": "Platelet count decreased",
    "g34_anaemia": "Anaemia",
    "g34_lunginf": "Lung infection",
    "g34_other_only": "Fatigue",
}


@cache
def display_rows():
    """The Displays sheet of the study's workbook."""
    return tuple(read_study(ROOT / "specs" / "pom").workbooks["adam"].rows(DisplayRow))


def rows_of(beginning):
    """Rows of the displays whose title begins so."""
    return [row for row in display_rows() if row.display.startswith(beginning)]


def facts():
    """What the workbook says of the study, as far as reports show it."""
    return Facts(
        title="POM",
        description={"en": "A trial.", "zh": "一项试验。"},
        keys={
            "ADSL": ("STUDYID", "USUBJID"),
            "ADRS": ("USUBJID", "PARCAT1", "PARAMCD", "ADY"),
            "ADTTE": ("USUBJID", "PARAMCD"),
            "ADAE": ("USUBJID", "AEPTEN"),
            "ADLB": ("USUBJID", "PARAMCD"),
        },
        labels={
            ("ADSL", "FASFL"): ("Full Analysis Set Population Flag", "全分析集标志"),
            ("ADSL", "SAFFL"): ("Safety Population Flag", "安全性分析集标志"),
        },
    )


def display_row(number=2, **cells):
    """One row of the Displays sheet; cells by column header."""
    headers = list(DisplayRow.headers())
    letters = {header: chr(ord("A") + place) for place, header in enumerate(headers)}
    place = RowPlace(workbook="adam.xlsx", sheet="Displays", row=number, letters=letters)
    return DisplayRow(place=place, **cells)


def subjects():
    text = pd.read_csv(DESIGN / "subjects.csv", dtype=str, keep_default_na=False)
    return text.mask(text.eq("")).assign(USUBJID="POM-" + text["site"] + "-" + text["subjid"])


def frames():
    """ADSL, ADRS, ADTTE, ADAE and ADLB."""
    everyone = subjects()
    treated = everyone[everyone["screenfail"].eq("N")]
    return {
        "ADSL": adsl(everyone),
        "ADRS": adrs(treated),
        "ADTTE": adtte(treated),
        "ADAE": adae(treated),
        "ADLB": adlb(treated),
    }


def adsl(s):
    number = s.apply(pd.to_numeric, errors="coerce")
    treated = s["screenfail"].eq("N")

    def flag(column):
        return s[column].where(treated)

    frame = pd.DataFrame(
        {
            "USUBJID": s["USUBJID"],
            "SCRFFL": s["screenfail"].map({"Y": "Y", "N": "N"}),
            "FASFL": s["fasfl"].fillna("N"),
            "SAFFL": s["saffl"].fillna("N"),
            "EVALFL": s["evalfl"].fillna("N"),
            "TRTSDT": pd.to_datetime(s["startdt"]),
            "AGE": number["age"],
            "AGEGR1": number["age"].ge(65).map({True: ">=65", False: "<65"}),
            "SEX": s["sex"],
            "ETHNGR1": s["ethnic"].map({"HAN": "Han", "OTHER": "Other"}),
            "DXYEARS": number["dx_days_before_start"] / 365.25,
            "ECOGGR1": number["ecog"].map({0: "0-1", 1: "0-1", 2: "2"}),
            "RISSBL": s["riss"],
            "RENALFL": flag("renal"),
            "CYTORSK": s["highrisk"].map({"Y": "HIGH", "N": "STANDARD"}).where(treated),
            "PRLINES": number["prior_lines"],
            "ASCTFL": flag("asct"),
            "PRMMFL": number["prior_lines"].ge(1).map({True: "Y", False: "N"}),
            "PRBORTFL": treated.map({True: "Y", False: None}),
            "PRLENFL": treated.map({True: "Y", False: None}),
            "LENREFFL": flag("lenref"),
            "BORTREFL": flag("bortref"),
            "DBLREFFL": (s["lenref"].eq("Y") & s["bortref"].eq("Y")).map({True: "Y", False: "N"}),
            "REF60FL": treated.map({True: "Y", False: None}),
            "DCSREAS": s["sfreason"].where(~treated),
            "DCTREAS": s["eot_reason"].mask(s["eot_reason"].eq("COMPLETED")),
            "EOTSTT": s["eot_reason"]
            .where(s["eot_reason"].isin(["COMPLETED"]), "DISCONTINUED")
            .where(treated),
            "TRTDURD": number["last_dose_day"],
            "DTH30FL": flag("onstudy_death"),
            "NCYCLE": number["cycles"],
            "ATHRFL": flag("antithromb"),
        }
    )
    return frame.sort_values("USUBJID", kind="stable", ignore_index=True)


def adrs(s):
    blocks = []
    evaluators = {"IRAC": "bor_irac", "INVESTIGATOR": "bor_inv", "ALGORITHM": "bor_irac"}
    for category, column in evaluators.items():
        best = s[column]
        for code, value in (
            ("CBOR", best),
            ("RSP", best.isin(RESPONDERS).map({True: "Y", False: "N"})),
            ("DCR", best.isin(CONTROLLED).map({True: "Y", False: "N"})),
            ("PD", s["pd_day"].notna().map({True: "Y", False: "N"})),
        ):
            block = pd.DataFrame({"USUBJID": s["USUBJID"], "PARAMCD": code, "AVALC": value})
            day = pd.to_numeric(s["pd_day"]) if code == "PD" else np.nan
            blocks.append(block.assign(PARCAT1=category, ADY=day))
        blocks.append(visits(s).assign(PARCAT1=category))
    return pd.concat(blocks, ignore_index=True)


def visits(s):
    """Responses of each visit, as `29;57` and `SD;PR` in one cell each."""
    days, responses = s["visit_days"].str.split(";"), s["visit_resp"].str.split(";")
    long = pd.DataFrame({"USUBJID": s["USUBJID"], "ADY": days, "AVALC": responses}).dropna()
    long = long.explode(["ADY", "AVALC"], ignore_index=True).assign(PARAMCD="COVR")
    return long.assign(ADY=pd.to_numeric(long["ADY"]))


def adtte(s):
    number = s.apply(pd.to_numeric, errors="coerce")
    responder = number["first_resp_day"].notna()
    parameters = {
        "PFS": (number["pfs_days"], 1 - number["pfs_event"]),
        "OS": (number["os_days"], 1 - number["death"]),
        "FUP": (number["os_days"], number["death"]),
        "DOR": (number["dor_days"], 1 - number["dor_event"]),
        "TRSP": (
            number["first_resp_day"].where(responder, number["pfs_days"]),
            1 - responder.astype(float),
        ),
    }
    blocks = [
        pd.DataFrame({"USUBJID": s["USUBJID"], "PARAMCD": code, "AVAL": value, "CNSR": censored})
        for code, (value, censored) in parameters.items()
    ]
    next_therapy = number["nact_day"]
    blocks.append(
        pd.DataFrame(
            {
                "USUBJID": s["USUBJID"], "PARAMCD": "TTNT", "CNSR": 1.0 - next_therapy.notna(),
                "AVAL": next_therapy.fillna(number["os_days"]),
                "EVNTDESC": next_therapy.notna().map({True: "NEW THERAPY", False: ""}),
            }
        )
    )  # fmt: skip
    frame = pd.concat(blocks, ignore_index=True).dropna(subset="AVAL", ignore_index=True)
    return frame.assign(AVALM=frame["AVAL"] / 30.4375)


def adae(s):
    def events(where, term, grade, **values):
        chosen = s.loc[where, ["USUBJID"]].assign(AEPTEN=term, ATOXGRN=grade, TRTEMFL="Y")
        plain = {"AESER": "N", "AESDTH": "N", "AREL": "RELATED", "AEACN1": "DOSE NOT CHANGED"}
        return chosen.assign(**(plain | values))

    blocks = [events(s[flag].eq("Y"), term, 3) for flag, term in SEVERE.items()]
    blocks += [events(s[flag].eq("Y"), term, 4) for flag, term in SEVERE.items()]
    died = s["onstudy_death"].eq("Y")
    related = s["death_related"].map({"Y": "RELATED", "N": "NOT RELATED"})
    cause = s["death_cause"].where(died)
    blocks.append(events(died, cause[died], 5.0, AESER="Y", AESDTH="Y", AREL=related[died]))
    blocks.append(events(s["sae"].eq("Y"), "Pyrexia", 2, AESER="Y"))
    blocks.append(events(s["dose_red"].eq("Y"), "Rash", 2, AEACN1="DOSE REDUCED"))
    blocks.append(events(s["dose_int"].eq("Y"), "Rash", 1, AEACN1="DRUG INTERRUPTED"))
    return pd.concat(blocks, ignore_index=True)


def adlb(s):
    """A best change for each evaluable subject that goes with the response."""
    change = s["bor_irac"].map({"CR": -100.0, "VGPR": -95.0, "PR": -60.0, "SD": -5.0, "PD": 125.0})
    frame = pd.DataFrame({"USUBJID": s["USUBJID"], "PARAMCD": "MCPROT", "PCHG": change})
    return frame.dropna(ignore_index=True).assign(ANL04FL="Y")


def write_files(folder, data_sets):
    """Write transport files with the foreign writer, as `<name>.xpt`."""
    for name, frame in data_sets.items():
        dates = [c for c in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[c])]
        out = frame.copy()
        for column in dates:
            out[column] = (frame[column] - pd.Timestamp("1960-01-01")).dt.days
        pyreadstat.write_xport(
            out,
            str(folder / f"{name.lower()}.xpt"),
            table_name=name,
            file_format_version=5,
            variable_format=dict.fromkeys(dates, "DATE9."),
        )
