"""What the standards say: variables of implementation guides and controlled terminology.

The tables in `data/` are written for the project and cover its domains and code lists. Whoever
has the published files imports them once (`cdisc-pom ig import`, `cdisc-pom ct import`); what is
in that local store wins over the packed tables of the same version.
"""

from cdisc_pom.standards.store import Pin, Store
from cdisc_pom.standards.tables import (
    StandardDataset,
    StandardVariable,
    standard_datasets,
    standard_variables,
    standard_versions,
)
from cdisc_pom.standards.terminology import StandardCodelist, Term, Terminology, terms

__all__ = [
    "Pin",
    "StandardCodelist",
    "StandardDataset",
    "StandardVariable",
    "Store",
    "Term",
    "Terminology",
    "standard_datasets",
    "standard_variables",
    "standard_versions",
    "terms",
]
