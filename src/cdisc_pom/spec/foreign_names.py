"""Names of sheets, columns and attributes in other forms of a specification, by ours."""

from __future__ import annotations

# Names of sheets in other forms, by ours.
SHEET_NAMES = {
    "Define": ("Study", "Study Metadata", "DEFINE"),
    "Datasets": ("Dataset", "Domains"),
    "Variables": ("Variable",),
    "ValueLevel": ("Value Level", "ValueLevels", "Value Level Metadata"),
    "WhereClauses": ("Where Clauses", "WhereClause"),
    "Codelists": ("Code Lists", "CodeLists", "Codelist"),
    "Dictionaries": ("Dictionary", "External Dictionaries"),
    "Methods": ("Method", "Derivation Methods"),
    "Comments": ("Comment",),
    "Documents": ("Document",),
}
# Names of columns in other forms, by ours; the first that is there counts.
_TYPE = ("Type", "DataType")
_ITEM: dict[str, tuple[str, ...]] = {
    "Data Type": _TYPE,
    "Origin": ("Origin Type",),
    "Source": ("Origin Source",),
    "Format": ("Display Format",),
    "Significant Digits": ("SignificantDigits",),
}
COLUMN_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "Datasets": {
        "Label": ("Description",),
        "SubClass": ("Subclass", "Sub Class"),
        "Key Variables": ("Keys", "Key Variable"),
        "Reference Data": ("IsReferenceData",),
    },
    "Variables": _ITEM | {"Variable": ("Variable Name",), "Label": ("Description",)},
    "ValueLevel": _ITEM
    | {"Label": ("Description",), "Where Clause": ("WhereClause",),
       "Comment": ("Value Level Comment",)},
    "WhereClauses": {"ID": ("OID",)},
    "Codelists": {
        "ID": ("OID",), "Data Type": _TYPE, "Decoded Value": ("Decode", "DecodedValue"),
        "Term": ("Coded Value",),
    },
    "Dictionaries": {"ID": ("OID",), "Data Type": _TYPE},
    "Methods": {
        "ID": ("OID",), "Expression Context": ("Expression",), "Expression Code": ("Code",),
    },
    "Comments": {"ID": ("OID",)},
    "Documents": {"ID": ("OID",)},
}  # fmt: skip
# Attributes of the study in other forms.
ATTRIBUTES = {
    "Study Name": "StudyName",
    "Study Description": "StudyDescription",
    "Protocol Name": "ProtocolName",
    "Standard Name": "StandardName",
    "Standard Version": "StandardVersion",
}
NON_STANDARD = ("Non-Standard", "Non Standard", "Is Non Standard", "IsNonStandard")
STANDARDS = {
    "id": ("ID", "OID"),
    "name": ("Name", "Standard Name", "Standard"),
    "type": ("Type", "Standard Type"),
    "set": ("Publishing Set", "PublishingSet"),
    "version": ("Version", "Standard Version"),
}
# Words of Define-XML 2.0 in those of 2.1: the origin and, where it follows, its source.
ORIGINS = {"CRF": ("Collected", ""), "eDT": ("Collected", "Vendor")}
# Implementation guides as Pinnacle 21 spells them.
GUIDES = {"SDTM-IG": "SDTMIG", "ADaM-IG": "ADaMIG", "SEND-IG": "SENDIG"}
