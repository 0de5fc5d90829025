"""What a define file says, read by another way than the one under test, without its OIDs.

Each fact is a tuple: what it is about, and what is said. Two files that say the same have the
same facts, whatever their OIDs and their order of definitions.
"""

from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
IDS = ("ID", "leafID", "ArchiveLocationID")
FORMER = {"CRF": "Collected", "eDT": "Collected"}


class Facts:
    def __init__(self, path):
        self.root = etree.parse(str(path)).getroot()
        self.by_oid = {node.get("OID"): node for node in self.root.iter() if node.get("OID")}
        self.leaves = {node.get("ID"): node for node in self.all("leaf")}
        self.found = set()
        self.homes = {}
        for group in self.all("ItemGroupDef"):
            for ref in self.kids(group, "ItemRef"):
                self.homes.setdefault(ref.get("ItemOID"), []).append(
                    (group.get("Name"), self.item(ref).get("Name"))
                )

    def all(self, name):
        return [n for n in self.root.iter() if isinstance(n.tag, str) and self.local(n.tag) == name]

    def kids(self, node, *names):
        return [k for k in node if isinstance(k.tag, str) and self.local(k.tag) in names]

    def local(self, name):
        return name.rpartition("}")[2]

    def item(self, ref):
        return self.by_oid[ref.get("ItemOID")]

    def say(self, *fact):
        if fact[-1] not in (None, "", ()):
            self.found.add(fact)

    def attributes(self, node, *subject, without=()):
        for key, value in node.attrib.items():
            name = self.local(key)
            if "OID" not in name and name not in (*IDS, *without):
                self.say(*subject, name, value.strip())

    def texts(self, node, name, *subject):
        for holder in self.kids(node, name):
            for text in self.kids(holder, "TranslatedText"):
                language = (text.get(XML_LANG) or "en").partition("-")[0]
                self.say(*subject, name, language, (text.text or "").strip())

    def documents(self, node, *subject):
        for number, ref in enumerate(self.kids(node, "DocumentRef")):
            leaf = self.leaves[ref.get("leafID")]
            href = next(value for key, value in leaf.attrib.items() if key.endswith("href"))
            self.say(*subject, "document", number, href)
            for page in self.kids(ref, "PDFPageRef"):
                self.attributes(page, *subject, "page", number)

    def comment(self, node, *subject):
        oid = next((v for k, v in node.attrib.items() if self.local(k) == "CommentOID"), None)
        if oid is not None and "XPT-ENCODING" not in oid:
            self.texts(self.by_oid[oid], "Description", *subject, "comment")
            self.documents(self.by_oid[oid], *subject, "comment")

    def standard(self, node):
        oid = next((v for k, v in node.attrib.items() if self.local(k) == "StandardOID"), None)
        if oid is None:
            return None
        found = self.by_oid[oid]
        return (found.get("PublishingSet") or found.get("Name"), found.get("Version"))

    def aliases(self, node, *subject):
        for alias in self.kids(node, "Alias"):
            self.say(*subject, "Alias", alias.get("Context"), alias.get("Name"))


def define_facts(path):
    """All facts of a file."""
    facts = Facts(path)
    study(facts)
    for group in facts.all("ItemGroupDef"):
        dataset(facts, group)
    for leaf in facts.leaves.values():
        if facts.local(leaf.getparent().tag) != "ItemGroupDef":
            href = next(value for key, value in leaf.attrib.items() if key.endswith("href"))
            facts.say("document", href, facts.kids(leaf, "title")[0].text.strip())
    for holder in facts.all("AnnotatedCRF"):
        facts.documents(holder, "annotated CRF")
    return facts.found


def study(facts):
    facts.attributes(facts.root, "file", without=("FileType", "ODMVersion"))
    for name in ("StudyName", "StudyDescription", "ProtocolName"):
        for node in facts.all(name):
            facts.say("study", name, node.text.strip())
    for node in facts.all("Standard"):
        about = ("standard", node.get("PublishingSet") or node.get("Name"), node.get("Version"))
        facts.attributes(node, *about)
        facts.comment(node, *about)
    version = facts.all("MetaDataVersion")[0]
    for key, value in version.attrib.items():
        if facts.local(key) == "StandardName":
            number = next(
                v for k, v in version.attrib.items() if facts.local(k) == "StandardVersion"
            )
            facts.say("standard", value.replace("-", ""), number, "Version", number)


def dataset(facts, group):
    name = group.get("Name")
    about = ("data set", name)
    facts.attributes(group, *about)
    facts.say(*about, "standard", facts.standard(group))
    facts.texts(group, "Description", *about)
    facts.comment(group, *about)
    facts.aliases(group, *about)
    for node in facts.kids(group, "Class"):
        facts.say(*about, "Class", node.get("Name"))
        for sub in facts.kids(node, "SubClass"):
            facts.say(*about, "SubClass", sub.get("Name"), sub.get("ParentClass"))
    for leaf in facts.kids(group, "leaf"):
        facts.attributes(leaf, *about, "file")
        facts.say(*about, "file title", facts.kids(leaf, "title")[0].text.strip())
    for rank, ref in enumerate(in_order(facts.kids(group, "ItemRef")), start=1):
        facts.say("variable", name, facts.item(ref).get("Name"), "rank", rank)
        variable(facts, ref, ("variable", name, facts.item(ref).get("Name")))
        for values in facts.kids(facts.item(ref), "ValueListRef"):
            listed = facts.kids(facts.by_oid[values.get("ValueListOID")], "ItemRef")
            for place, each in enumerate(in_order(listed), start=1):
                for clause in facts.kids(each, "WhereClauseRef"):
                    said = conditions(facts, facts.by_oid[clause.get("WhereClauseOID")], name)
                    about = ("value", name, facts.item(ref).get("Name"), said)
                    facts.say(*about, "rank", place)
                    variable(facts, each, about)
                    facts.comment(facts.by_oid[clause.get("WhereClauseOID")], *about, "where")


def conditions(facts, clause, dataset):
    found = []
    for check in facts.kids(clause, "RangeCheck"):
        oid = next(v for k, v in check.attrib.items() if facts.local(k) == "ItemOID")
        homes = facts.homes[oid]
        home = next((each for each in homes if each[0] == dataset), homes[0])
        values = tuple((each.text or "").strip() for each in facts.kids(check, "CheckValue"))
        found.append((home, check.get("Comparator"), check.get("SoftHard"), values))
    return tuple(found)


def variable(facts, ref, about):
    item = facts.item(ref)
    facts.attributes(ref, *about, without=("OrderNumber",))
    facts.attributes(item, *about)
    facts.texts(item, "Description", *about)
    facts.comment(item, *about)
    for key, value in ref.attrib.items():
        if facts.local(key) == "MethodOID":
            method(facts, facts.by_oid[value], *about, "method")
    for number, origin in enumerate(facts.kids(item, "Origin")):
        kind = FORMER.get(origin.get("Type"), origin.get("Type"))
        facts.say(*about, "origin", number, kind)
        facts.say(*about, "origin source", number, origin.get("Source"))
        facts.texts(origin, "Description", *about, "origin", number)
        facts.documents(origin, *about, "origin", number)
    for listed in facts.kids(item, "CodeListRef"):
        code_list(facts, facts.by_oid[listed.get("CodeListOID")], *about, "code list")


def method(facts, node, *about):
    facts.attributes(node, *about)
    facts.texts(node, "Description", *about)
    facts.documents(node, *about)
    for number, expression in enumerate(facts.kids(node, "FormalExpression")):
        facts.say(*about, "expression", number, expression.get("Context"), expression.text.strip())


def code_list(facts, node, *about):
    facts.attributes(node, *about)
    facts.say(*about, "standard", facts.standard(node))
    facts.texts(node, "Description", *about)
    facts.comment(node, *about)
    facts.aliases(node, *about)
    for external in facts.kids(node, "ExternalCodeList"):
        facts.attributes(external, *about, "external")
    items = facts.kids(node, "CodeListItem", "EnumeratedItem")
    for rank, each in enumerate(in_order(items), start=1):
        term = (*about, "term", each.get("CodedValue"))
        facts.say(*term, "kind", facts.local(each.tag))
        facts.say(*term, "rank", rank)
        facts.attributes(each, *term, without=("OrderNumber",))
        facts.texts(each, "Decode", *term)
        facts.texts(each, "Description", *term)
        facts.aliases(each, *term)


def in_order(nodes):
    """Nodes by their OrderNumber; those without one follow."""
    return sorted(nodes, key=lambda node: int(node.get("OrderNumber") or 10**6))
