"""The logical model of the CDISC Analysis Results Standard 1.0, and a check of JSON against it.

The model's classes and slots are facts of the standard (its LinkML model and JSON schema,
https://github.com/cdisc-org/analysis-results-standard); they are written here by hand, a line a
class: `!` marks what is required, `*` a list, `int` and `bool` types, a capital letter another
class, `A|B` either of two. What has no type is text. A slot that is not listed is a fault, as it is
in the schema.
"""

CLASSES = {
    "ReportingEvent": "id! name! label description version=int mainListOfContents!=ListOfContents "
    "otherListsOfContents=ListOfContents* referenceDocuments=ReferenceDocument* "
    "terminologyExtensions=TerminologyExtension* "
    "analysisOutputCategorizations=Categorization* analysisSets=AnalysisSet* "
    "dataSubsets=DataSubset* analysisGroupings=GroupingFactor* methods=AnalysisMethod* "
    "analyses=Analysis* globalDisplaySections=GlobalDisplaySection* outputs=Output*",
    "ListOfContents": "name! label description contentsList!=NestedList",
    "NestedList": "listItems=OrderedListItem*",
    "OrderedListItem": "name! label description level!=int order!=int analysisId outputId "
    "sublist=NestedList",
    "ReferenceDocument": "id! name! label description location",
    "TerminologyExtension": "id! enumeration=ExtensibleTerminologyEnum sponsorTerms!=SponsorTerm*",
    "SponsorTerm": "id! submissionValue! description",
    "Categorization": "id! label categories!=Category*",
    "Category": "id! label subCategorizations=Categorization*",
    "AnalysisSet": "id! name! label description level!=int order!=int "
    "condition=WhereClauseCondition compoundExpression=CompoundSetExpression",
    "DataSubset": "id! name! label description level!=int order!=int "
    "condition=WhereClauseCondition compoundExpression=CompoundSubsetExpression",
    "Group": "id! name! label description level!=int order!=int "
    "condition=WhereClauseCondition compoundExpression=CompoundGroupExpression",
    "WhereClause": "level!=int order!=int condition=WhereClauseCondition "
    "compoundExpression=CompoundSubsetExpression",
    "WhereClauseCondition": "dataset variable comparator=ConditionComparatorEnum value=text*",
    "CompoundSetExpression": "logicalOperator!=ExpressionLogicalOperatorEnum "
    "whereClauses=Referenced|WhereClause*",
    "CompoundSubsetExpression": "logicalOperator!=ExpressionLogicalOperatorEnum "
    "whereClauses=Referenced|WhereClause*",
    "CompoundGroupExpression": "logicalOperator!=ExpressionLogicalOperatorEnum "
    "whereClauses=Referenced|WhereClause*",
    "Referenced": "subClauseId! level!=int order!=int",
    "GroupingFactor": "id! name! label description groupingDataset groupingVariable "
    "dataDriven!=bool groups=Group*",
    "AnalysisMethod": "id! name! label description documentRefs=DocumentReference* "
    "operations!=Operation* codeTemplate=CodeTemplate",
    "Operation": "id! name! label description order!=int resultPattern "
    "referencedOperationRelationships=ReferencedOperationRelationship*",
    "ReferencedOperationRelationship": "id! operationId! analysisId description "
    "referencedOperationRole!=OperationRole|SponsorTermRef",
    "Analysis": "id! name! label description version=int reason!=AnalysisReason|SponsorTermRef "
    "purpose!=AnalysisPurpose|SponsorTermRef documentRefs=DocumentReference* categoryIds=text* "
    "dataset variable analysisSetId dataSubsetId orderedGroupings=OrderedGroupingFactor* methodId! "
    "referencedAnalysisOperations=ReferencedAnalysisOperation* programmingCode=ProgrammingCode "
    "results=OperationResult*",
    "OrderedGroupingFactor": "order!=int groupingId! resultsByGroup!=bool",
    "ReferencedAnalysisOperation": "referencedOperationRelationshipId! analysisId!",
    "ProgrammingCode": "context! code documentRef=DocumentReference parameters=CodeParameter*",
    "CodeTemplate": "context! code documentRef=DocumentReference parameters=CodeParameter*",
    "CodeParameter": "name! label description valueSource value=text*",
    "OperationResult": "operationId! resultGroups=ResultGroup* rawValue formattedValue",
    "ResultGroup": "groupingId! groupId groupValue",
    "DocumentReference": "referenceDocumentId! pageRefs=PageRef*",
    "PageRef": "refType!=PageRefTypeEnum label pageNames=text* pageNumbers=int* firstPage=int "
    "lastPage=int",
    "Output": "id! name! label description version=int fileSpecifications=OutputFile* "
    "displays!=OrderedDisplay* categoryIds=text* documentRefs=DocumentReference* "
    "programmingCode=ProgrammingCode",
    "OutputFile": "name! label description fileType=OutputFileType|SponsorTermRef location style",
    "OrderedDisplay": "order!=int display!=OutputDisplay",
    "OutputDisplay": "id! name! label description version=int displayTitle "
    "displaySections=DisplaySection*",
    "DisplaySection": "sectionType=DisplaySectionTypeEnum "
    "orderedSubSections=OrderedSubSection|OrderedSubSectionRef*",
    "OrderedSubSection": "order!=int subSection!=DisplaySubSection",
    "OrderedSubSectionRef": "order!=int subSectionId!",
    "GlobalDisplaySection": "sectionType=DisplaySectionTypeEnum subSections=DisplaySubSection*",
    "DisplaySubSection": "id! text!",
    "SponsorTermRef": "sponsorTermId!",
    "AnalysisReason": "controlledTerm!=AnalysisReasonEnum",
    "AnalysisPurpose": "controlledTerm!=AnalysisPurposeEnum",
    "OperationRole": "controlledTerm!=OperationRoleEnum",
    "OutputFileType": "controlledTerm!=OutputFileTypeEnum",
}
ENUMS = {
    "ExtensibleTerminologyEnum": (
        "AnalysisReasonEnum",
        "AnalysisPurposeEnum",
        "OperationRoleEnum",
        "OutputFileTypeEnum",
    ),
    "ConditionComparatorEnum": ("EQ", "NE", "GT", "GE", "LT", "LE", "IN", "NOTIN"),
    "ExpressionLogicalOperatorEnum": ("AND", "OR", "NOT"),
    "DisplaySectionTypeEnum": (
        "Header",
        "Title",
        "Rowlabel Header",
        "Legend",
        "Abbreviation",
        "Footnote",
        "Footer",
    ),
    "PageRefTypeEnum": ("PhysicalRef", "NamedDestination"),
    "OperationRoleEnum": ("NUMERATOR", "DENOMINATOR"),
    "OutputFileTypeEnum": ("pdf", "rtf", "txt"),
    "AnalysisReasonEnum": (
        "SPECIFIED IN PROTOCOL",
        "SPECIFIED IN SAP",
        "DATA DRIVEN",
        "REQUESTED BY REGULATORY AGENCY",
    ),
    "AnalysisPurposeEnum": (
        "PRIMARY OUTCOME MEASURE",
        "SECONDARY OUTCOME MEASURE",
        "EXPLORATORY OUTCOME MEASURE",
    ),
}
PLAIN = {"text": str, "int": int, "bool": bool}
# Slots that refer by id, and where the id is defined.
REFERENCES = {
    "analysisId": "analyses",
    "outputId": "outputs",
    "analysisSetId": "analysisSets",
    "dataSubsetId": "dataSubsets",
    "methodId": "methods",
    "groupingId": "analysisGroupings",
    "referenceDocumentId": "referenceDocuments",
}


def slots(name):
    """Slot → (required, list, types) of a class."""
    found = {}
    for text in CLASSES[name].split():
        slot, _, kind = text.partition("=")
        found[slot.rstrip("!")] = (
            slot.endswith("!"),
            kind.endswith("*"),
            (kind.rstrip("*") or "text").split("|"),
        )
    return found


def faults(value, name="ReportingEvent", path="$"):
    """Everything in which the value is not of the class."""
    if name in PLAIN:
        fits = isinstance(value, PLAIN[name]) and (name == "bool" or not isinstance(value, bool))
        return [] if fits else [f"{path}: {value!r} is no {name}"]
    if name in ENUMS:
        return [] if value in ENUMS[name] else [f"{path}: {value!r} is none of {name}"]
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no {name}"]
    known, found = slots(name), []
    found += [f"{path}: {name} has no slot {slot}" for slot in value if slot not in known]
    found += [
        f"{path}: {name} lacks {slot}"
        for slot, (required, *_) in known.items()
        if required and slot not in value
    ]
    for slot, (_, many, kinds) in known.items():
        if slot in value:
            found += _slot_faults(value[slot], many, kinds, f"{path}.{slot}")
    return found


def _slot_faults(value, many, kinds, path):
    if many != isinstance(value, list):
        return [f"{path}: is {'no' if many else 'a'} list"]
    found = []
    for at, item in enumerate(value if many else [value]):
        where = f"{path}[{at}]" if many else path
        tries = [faults(item, kind, where) for kind in kinds]
        found += min(tries, key=len)
    return found


def broken_rules(event):
    """What the model says in words: ids once, references that lead somewhere, operators' arity."""
    ids = [node["id"] for node in nodes(event) if "id" in node]
    found = [f"id {name} stands twice" for name in {n for n in ids if ids.count(n) > 1}]
    defined = {where: {one["id"] for one in event.get(where, [])} for where in REFERENCES.values()}
    operations = {
        op["id"]: method["id"] for method in event["methods"] for op in method["operations"]
    }
    terms = {
        term["id"]
        for extension in event["terminologyExtensions"]
        for term in extension["sponsorTerms"]
    }
    targets = {slot: defined[where] for slot, where in REFERENCES.items()}
    targets |= {"operationId": operations, "sponsorTermId": terms}
    for node in nodes(event):
        found += [
            f"{slot} {node[slot]} is not defined"
            for slot, known in targets.items()
            if slot in node and node[slot] not in known
        ]
        found += _clause_rules(node)
    for analysis in event["analyses"]:
        found += _result_rules(analysis, operations)
    return found


def _clause_rules(node):
    if "comparator" in node:
        size, several = len(node.get("value", [])), node["comparator"] in ("IN", "NOTIN")
        if (several and size < 2) or (not several and size > 1):
            yield f"{node['comparator']} with {size} values"
    if "logicalOperator" in node:
        size = len(node["whereClauses"])
        if (size != 1) if node["logicalOperator"] == "NOT" else (size < 2):
            yield f"{node['logicalOperator']} of {size} clauses"
    if "condition" in node and "compoundExpression" in node:
        yield "a clause is both simple and compound"


def _result_rules(analysis, operations):
    grouped = {one["groupingId"] for one in analysis.get("orderedGroupings", [])}
    for result in analysis["results"]:
        if operations[result["operationId"]] != analysis["methodId"]:
            yield f"{analysis['id']}: a result of another method"
        named = {group["groupingId"] for group in result.get("resultGroups", [])}
        if named != grouped:
            yield f"{analysis['id']}: a result names {named} of {grouped}"


def nodes(value):
    """Every object in the JSON."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)
