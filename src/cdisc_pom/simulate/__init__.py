"""Synthetic raw studies from a design: the files that an EDC system would export."""

from cdisc_pom.simulate import (
    adverse_events,
    baseline,
    clinical,
    disposition,
    exposure,
    history,
    laboratory,
    markers,
    response,
    therapy,
)
from cdisc_pom.simulate.design import DesignError
from cdisc_pom.simulate.registry import GENERATORS, Entry, generator
from cdisc_pom.simulate.study import simulate_study

GENERATOR_MODULES = (
    *(adverse_events, baseline, clinical, disposition, exposure, history, laboratory, markers),
    *(response, therapy),
)

__all__ = ["GENERATORS", "GENERATOR_MODULES", "DesignError", "Entry", "generator", "simulate_study"]
