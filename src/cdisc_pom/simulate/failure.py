"""Facts of subjects that failed screening, of whom the subjects' table says little."""

from cdisc_pom.simulate.design import Design, Row
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import fixed

_DAYS_PER_YEAR = 365.25


def complete_failure(design: Design, row: Row) -> Row:
    """The row with its empty facts drawn from the design's defaults."""
    plan = design.study.failure_defaults
    stream = Stream(design.study.seed, row["subjid"], "screen failure")
    heavy = stream.weighted(plan.heavy)
    light_only = heavy in design.study.markers.light_only
    drawn = {
        "weight_kg": fixed(stream.real(*plan.weight_kg), 1),
        "height_cm": fixed(stream.real(*plan.height_cm), 1),
        "ecog": str(stream.integer(*plan.ecog)),
        "mm_heavy": heavy,
        "mm_light": stream.weighted(plan.light),
        "measurable": "FLC" if light_only else "SERUM",
        "mbase": fixed(stream.real(300, 900) if light_only else stream.real(15, 45), 1),
        "prior_lines": str(stream.integer(*plan.prior_lines)),
        "dx_days_before_start": str(round(stream.real(*plan.years) * _DAYS_PER_YEAR)),
        design.study.cytogenetics.column: "",
    }
    drawn |= dict.fromkeys(design.study.prior.refractory.values(), "Y")
    filled = {key: value or drawn.get(key, "") for key, value in row.items()}
    for failed in design.tables["screening"]:
        known = failed["reason"] == row["sfreason"] and failed["form"] == "performance_status"
        if known:
            filled["ecog"] = failed["value"]
    return filled
