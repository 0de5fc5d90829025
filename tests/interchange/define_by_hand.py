"""Define files written by hand: one of version 2.1 with all that a workbook holds and some that
it does not, one of version 2.0 in its former words."""

HEAD_21 = """<?xml version="1.0" encoding="UTF-8"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:xlink="http://www.w3.org/1999/xlink"
     xmlns:def="http://www.cdisc.org/ns/def/v2.1" ODMVersion="1.3.2" FileOID="F.1"
     FileType="Snapshot" CreationDateTime="2026-01-31T12:00:00" Originator="A sponsor"
     SourceSystem="cdisc_pom" def:Context="Submission">
<Study OID="STDY.HAND"><GlobalVariables><StudyName>HAND</StudyName>
<StudyDescription>A study by hand</StudyDescription><ProtocolName>HAND-1</ProtocolName>
</GlobalVariables>
<MetaDataVersion OID="MDV.1" Name="HAND" Description="by hand" def:DefineVersion="2.1.0">
"""
TAIL = """
</MetaDataVersion></Study></ODM>
"""

BODY_21 = """
<def:Standards>
<def:Standard OID="STD.IG" Name="SDTMIG" Type="IG" Version="3.4" Status="Final"/>
<def:Standard OID="STD.MD" Name="SDTMIG-MD" Type="IG" Version="1.1" Status="Final"/>
<def:Standard OID="STD.CT" Name="CDISC/NCI" Type="CT" PublishingSet="SDTM" Version="2025-03-28" Status="Final"/>
<def:Standard OID="STD.CT2" Name="CDISC/NCI" Type="CT" PublishingSet="DEFINE-XML" Version="2024-09-27" Status="Final"/>
</def:Standards>
<def:AnnotatedCRF><def:DocumentRef leafID="LF.acrf"/></def:AnnotatedCRF>
<def:SupplementalDoc><def:DocumentRef leafID="LF.csdrg"/></def:SupplementalDoc>
<def:ValueListDef OID="VL.LB.LBORRES">
<ItemRef ItemOID="IT.LB.LBORRES.HGB" OrderNumber="1" Mandatory="No" MethodOID="MT.CONV"><def:WhereClauseRef WhereClauseOID="WC.LB.HGB"/></ItemRef>
<ItemRef ItemOID="IT.LB.LBORRES.OTHER" OrderNumber="2" Mandatory="Yes"><def:WhereClauseRef WhereClauseOID="WC.LB.OTHER"/></ItemRef>
</def:ValueListDef>
<def:WhereClauseDef OID="WC.LB.HGB" def:CommentOID="COM.JOIN">
<RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.LB.LBTESTCD"><CheckValue>HGB</CheckValue></RangeCheck>
<RangeCheck Comparator="IN" SoftHard="Soft" def:ItemOID="IT.LB.LBSPEC"><CheckValue>BLOOD</CheckValue><CheckValue>PLASMA, EDTA</CheckValue></RangeCheck>
<RangeCheck Comparator="NE" SoftHard="Soft" def:ItemOID="IT.DM.COUNTRY"><CheckValue>CHN</CheckValue></RangeCheck>
</def:WhereClauseDef>
<def:WhereClauseDef OID="WC.LB.OTHER">
<RangeCheck Comparator="NOTIN" SoftHard="Soft" def:ItemOID="IT.LB.LBTESTCD"><CheckValue>HGB</CheckValue></RangeCheck>
</def:WhereClauseDef>
<ItemGroupDef OID="IG.DM" Name="DM" Repeating="No" IsReferenceData="No" SASDatasetName="DM" Domain="DM" Purpose="Tabulation" def:Structure="One record per subject" def:ArchiveLocationID="XPT.DM" def:StandardOID="STD.IG" def:CommentOID="COM.DM">
<Description><TranslatedText xml:lang="en">Demographics</TranslatedText><TranslatedText xml:lang="zh-CN">人口学</TranslatedText></Description>
<ItemRef ItemOID="IT.DM.STUDYID" OrderNumber="1" Mandatory="Yes" KeySequence="1" Role="Identifier"/>
<ItemRef ItemOID="IT.DM.DOMAIN" OrderNumber="2" Mandatory="Yes" Role="Identifier"/>
<ItemRef ItemOID="IT.DM.USUBJID" OrderNumber="3" Mandatory="Yes" KeySequence="2" Role="Identifier" MethodOID="MT.CONV"/>
<ItemRef ItemOID="IT.DM.COUNTRY" OrderNumber="4" Mandatory="No" Role="Record Qualifier" def:HasNoData="Yes"/>
<def:Class Name="SPECIAL PURPOSE"/>
<def:leaf ID="XPT.DM" xlink:href="dm.xpt"><def:title>dm.xpt</def:title></def:leaf>
</ItemGroupDef>
<ItemGroupDef OID="IG.LB" Name="LB" Repeating="Yes" IsReferenceData="No" SASDatasetName="LB" Domain="LB" Purpose="Tabulation" def:Structure="One record per test" def:ArchiveLocationID="XPT.LB" def:StandardOID="STD.IG">
<Description><TranslatedText xml:lang="en">Laboratory Test Results</TranslatedText></Description>
<ItemRef ItemOID="IT.LB.USUBJID" OrderNumber="1" Mandatory="Yes" KeySequence="2"/>
<ItemRef ItemOID="IT.LB.LBTESTCD" OrderNumber="2" Mandatory="Yes" KeySequence="1"/>
<ItemRef ItemOID="IT.LB.LBSPEC" OrderNumber="3" Mandatory="No"/>
<ItemRef ItemOID="IT.LB.LBORRES" OrderNumber="4" Mandatory="No"/>
<def:Class Name="FINDINGS"><def:SubClass Name="TIME-TO-EVENT" ParentClass="FINDINGS"/></def:Class>
<def:leaf ID="XPT.LB" xlink:href="lb.xpt"><def:title>lb.xpt</def:title></def:leaf>
</ItemGroupDef>
<ItemGroupDef OID="IG.DI" Name="DI" Repeating="Yes" IsReferenceData="Yes" SASDatasetName="DI" Domain="DI" Purpose="Tabulation" def:Structure="One record per device" def:StandardOID="STD.MD" def:HasNoData="Yes">
<Description><TranslatedText xml:lang="en">Device Identifiers</TranslatedText></Description>
<ItemRef ItemOID="IT.DI.SPDEVID" OrderNumber="1" Mandatory="Yes" KeySequence="1"/>
<def:Class Name="SPECIAL PURPOSE"/>
</ItemGroupDef>
<ItemGroupDef OID="IG.XX" Name="XX" Repeating="Yes" IsReferenceData="No" SASDatasetName="XX" Domain="XX" Purpose="Tabulation" def:Structure="One record" def:ArchiveLocationID="XPT.XX" def:IsNonStandard="Yes">
<Description><TranslatedText xml:lang="en">Own data</TranslatedText></Description>
<ItemRef ItemOID="IT.XX.USUBJID" OrderNumber="1" Mandatory="Yes" KeySequence="1"/>
<def:Class Name="EVENTS"/>
<def:leaf ID="XPT.XX" xlink:href="xx.xpt"><def:title>xx.xpt</def:title></def:leaf>
</ItemGroupDef>
<ItemDef OID="IT.DM.STUDYID" Name="STUDYID" DataType="text" Length="4" SASFieldName="STUDYID"><Description><TranslatedText xml:lang="en">Study Identifier</TranslatedText><TranslatedText xml:lang="zh-CN">研究标识符</TranslatedText></Description><def:Origin Type="Protocol" Source="Sponsor"/></ItemDef>
<ItemDef OID="IT.DM.DOMAIN" Name="DOMAIN" DataType="text" Length="2" SASFieldName="DOMAIN"><Description><TranslatedText xml:lang="en">Domain Abbreviation</TranslatedText></Description><def:Origin Type="Assigned" Source="Sponsor"/></ItemDef>
<ItemDef OID="IT.DM.USUBJID" Name="USUBJID" DataType="text" Length="11" SASFieldName="USUBJID" def:CommentOID="COM.DM"><Description><TranslatedText xml:lang="en">Unique Subject Identifier</TranslatedText></Description><def:Origin Type="Derived" Source="Sponsor"/></ItemDef>
<ItemDef OID="IT.DM.COUNTRY" Name="COUNTRY" DataType="text" Length="3" SASFieldName="COUNTRY"><Description><TranslatedText xml:lang="en">Country</TranslatedText></Description><CodeListRef CodeListOID="CL.ISO3166"/><def:Origin Type="Collected" Source="Investigator"><def:DocumentRef leafID="LF.acrf"><def:PDFPageRef Type="PhysicalRef" PageRefs="6 9"/></def:DocumentRef></def:Origin></ItemDef>
<ItemDef OID="IT.LB.USUBJID" Name="USUBJID" DataType="text" Length="11" SASFieldName="USUBJID"><Description><TranslatedText xml:lang="en">Unique Subject Identifier</TranslatedText></Description><def:Origin Type="Predecessor"><Description><TranslatedText xml:lang="en">DM.USUBJID</TranslatedText></Description></def:Origin></ItemDef>
<ItemDef OID="IT.LB.LBTESTCD" Name="LBTESTCD" DataType="text" Length="8" SASFieldName="LBTESTCD"><Description><TranslatedText xml:lang="en">Lab Test Short Name</TranslatedText></Description><CodeListRef CodeListOID="CL.LBTESTCD"/><def:Origin Type="Assigned" Source="Sponsor"/></ItemDef>
<ItemDef OID="IT.LB.LBSPEC" Name="LBSPEC" DataType="text" Length="20" SASFieldName="LBSPEC"><Description><TranslatedText xml:lang="en">Specimen</TranslatedText></Description><CodeListRef CodeListOID="CL.OWN"/></ItemDef>
<ItemDef OID="IT.LB.LBORRES" Name="LBORRES" DataType="text" Length="12" SASFieldName="LBORRES"><Description><TranslatedText xml:lang="en">Result</TranslatedText></Description><def:ValueListRef ValueListOID="VL.LB.LBORRES"/></ItemDef>
<ItemDef OID="IT.DI.SPDEVID" Name="SPDEVID" DataType="text" Length="20" SASFieldName="SPDEVID"><Description><TranslatedText xml:lang="en">Device Identifier</TranslatedText></Description></ItemDef>
<ItemDef OID="IT.XX.USUBJID" Name="USUBJID" DataType="text" Length="11" SASFieldName="USUBJID"><Description><TranslatedText xml:lang="en">Unique Subject Identifier</TranslatedText></Description></ItemDef>
<ItemDef OID="IT.LB.LBORRES.HGB" Name="LBORRES" DataType="float" Length="5" SignificantDigits="1" SASFieldName="LBORRES" def:DisplayFormat="5.1" def:CommentOID="COM.LAB"><Description><TranslatedText xml:lang="en">Haemoglobin</TranslatedText><TranslatedText xml:lang="zh">血红蛋白</TranslatedText></Description><def:Origin Type="Collected" Source="Vendor"><def:DocumentRef leafID="LF.acrf"><def:PDFPageRef Type="PhysicalRef" FirstPage="12" LastPage="15"/></def:DocumentRef></def:Origin></ItemDef>
<ItemDef OID="IT.LB.LBORRES.OTHER" Name="LBORRES" DataType="text" Length="12" SASFieldName="LBORRES"><def:Origin Type="Collected" Source="Vendor"><def:DocumentRef leafID="LF.acrf"><def:PDFPageRef Type="NamedDestination" PageRefs="Lab_Other"/></def:DocumentRef></def:Origin></ItemDef>
<CodeList OID="CL.LBTESTCD" Name="Laboratory Test Code" DataType="text" def:StandardOID="STD.CT">
<Description><TranslatedText xml:lang="zh-CN">检验项目代码</TranslatedText></Description>
<CodeListItem CodedValue="HGB" OrderNumber="1"><Decode><TranslatedText xml:lang="en">Hemoglobin</TranslatedText><TranslatedText xml:lang="zh-CN">血红蛋白</TranslatedText></Decode><Alias Context="nci:ExtCodeID" Name="C64848"/></CodeListItem>
<CodeListItem CodedValue="OWNTEST" OrderNumber="2" def:ExtendedValue="Yes"><Decode><TranslatedText xml:lang="en">Own test</TranslatedText></Decode></CodeListItem>
<Alias Context="nci:ExtCodeID" Name="C65047"/>
</CodeList>
<CodeList OID="CL.OWN" Name="Own specimens" DataType="text" def:IsNonStandard="Yes" def:CommentOID="COM.DM">
<EnumeratedItem CodedValue="BLOOD" OrderNumber="1"/><EnumeratedItem CodedValue="PLASMA, EDTA" OrderNumber="2"/>
</CodeList>
<CodeList OID="CL.ISO3166" Name="Countries" DataType="text"><ExternalCodeList Dictionary="ISO3166"/></CodeList>
<MethodDef OID="MT.CONV" Name="Conversion" Type="Computation"><Description><TranslatedText xml:lang="en">Factor times result.
Two lines.</TranslatedText><TranslatedText xml:lang="zh-CN">结果乘以系数。</TranslatedText></Description><FormalExpression Context="SAS">x = y * f;</FormalExpression><def:DocumentRef leafID="LF.csdrg"><def:PDFPageRef Type="PhysicalRef" PageRefs="3"/></def:DocumentRef></MethodDef>
<def:CommentDef OID="COM.JOIN"><Description><TranslatedText xml:lang="en">Joined with DM by USUBJID.</TranslatedText></Description></def:CommentDef>
<def:CommentDef OID="COM.DM"><Description><TranslatedText xml:lang="en">A comment.</TranslatedText><TranslatedText xml:lang="zh-CN">注释。</TranslatedText></Description><def:DocumentRef leafID="LF.csdrg"/></def:CommentDef>
<def:CommentDef OID="COM.LAB"><Description><TranslatedText xml:lang="en">Central laboratory.</TranslatedText></Description></def:CommentDef>
<def:leaf ID="LF.acrf" xlink:href="acrf.pdf"><def:title>Annotated CRF</def:title></def:leaf>
<def:leaf ID="LF.csdrg" xlink:href="csdrg.pdf"><def:title>Reviewer's Guide</def:title></def:leaf>
"""

# What no cell holds: the text that is there, the text that stands instead, the loss that is told.
LOST = [
    ('SourceSystem="cdisc_pom"', 'SourceSystem="Other" SourceSystemVersion="2"', "ODM/@SourceSystem: 1"),
    ('def:Context="Submission"', 'def:Context="Other"', "ODM/@Context: 1"),
    ('Version="1.1" Status="Final"', 'Version="1.1" Status="Draft"', "Standard/@Status: 1"),
    ('Name="SDTMIG" Type="IG" Version="3.4" Status="Final"', 'Name="SDTMIG" Type="IG" Version="3.4" Status="Final" def:CommentOID="COM.LAB"', "Standard/@CommentOID: 1"),
    ('xlink:href="lb.xpt"', 'xlink:href="laboratory.xpt"', "leaf/@href: 1"),
    ('Domain="LB"', 'Domain="LBX"', "ItemGroupDef/@Domain: 1"),
    ('<def:Class Name="EVENTS"/>', '<Alias Context="DomainDescription" Name="Part"/><def:Class Name="EVENTS"/>', "ItemGroupDef/Alias: 1"),
    ('<TranslatedText xml:lang="en">Own data</TranslatedText>', '<TranslatedText xml:lang="en">Own data</TranslatedText><TranslatedText xml:lang="de">Eigenes</TranslatedText>', "Description/TranslatedText in language 'de': 1"),
    ('OID="IT.LB.LBORRES.OTHER" Name="LBORRES"', 'OID="IT.LB.LBORRES.OTHER" Name="OTHER"', "ItemDef/@Name: 1"),
    ('Name="STUDYID" DataType="text" Length="4" SASFieldName="STUDYID"', 'Name="STUDYID" DataType="text" Length="4" SASFieldName="STUDY"', "ItemDef/@SASFieldName: 1"),
    ('OrderNumber="2" Mandatory="Yes"><def:WhereClauseRef', 'OrderNumber="2" Mandatory="Yes" Role="Result"><def:WhereClauseRef', "ItemRef/@Role: 1"),
    ('<def:Origin Type="Derived" Source="Sponsor"/>', '<def:Origin Type="Derived" Source="Sponsor"><Description><TranslatedText xml:lang="en">Words</TranslatedText></Description></def:Origin>', "Origin/Description: 1"),
    ('<def:Origin Type="Protocol" Source="Sponsor"/>', '<def:Origin Type="Protocol" Source="Sponsor"/><def:Origin Type="Assigned" Source="Sponsor"/>', "ItemDef/Origin: 1"),
    ('PageRefs="6 9"/>', 'PageRefs="6 9" Title="Demography"/>', "PDFPageRef/@Title: 1"),
    ('SoftHard="Soft" def:ItemOID="IT.DM.COUNTRY"', 'SoftHard="Hard" def:ItemOID="IT.DM.COUNTRY"', "RangeCheck/@SoftHard: 1"),
    ('CodedValue="HGB" OrderNumber="1"', 'CodedValue="HGB" OrderNumber="1" Rank="1"', "CodeListItem/@Rank: 1"),
    ('Name="Own specimens" DataType="text"', 'Name="Own specimens" DataType="text" SASFormatName="$SPEC"', "CodeList/@SASFormatName: 1"),
    ('CodedValue="BLOOD" OrderNumber="1"/>', 'CodedValue="BLOOD" OrderNumber="1"><Alias Context="Sponsor" Name="X1"/></EnumeratedItem>', "EnumeratedItem/Alias: 1"),
    ('Dictionary="ISO3166"', 'Dictionary="ISO3166" href="https://www.iso.org"', "ExternalCodeList/@href: 1"),
    ("x = y * f;</FormalExpression>", 'x = y * f;</FormalExpression><FormalExpression Context="R">x</FormalExpression>', "MethodDef/FormalExpression: 1"),
    ('<def:DocumentRef leafID="LF.csdrg"/></def:CommentDef>', '<def:DocumentRef leafID="LF.csdrg"/><def:DocumentRef leafID="LF.acrf"/></def:CommentDef>', "CommentDef/DocumentRef: 1"),
    ('KeySequence="2" Role="Identifier"', 'KeySequence="two" Role="Identifier"', "ItemRef/@KeySequence that is no number: 1"),
]  # fmt: skip

DEFINE_20 = """<?xml version="1.0" encoding="UTF-8"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:xlink="http://www.w3.org/1999/xlink"
     xmlns:def="http://www.cdisc.org/ns/def/v2.0" ODMVersion="1.3.2" FileOID="F.2"
     FileType="Snapshot" CreationDateTime="2014-03-03T17:04:44" SourceSystem="cdisc_pom">
<Study OID="S"><GlobalVariables><StudyName>OLD</StudyName><StudyDescription>Old study</StudyDescription><ProtocolName>OLD-1</ProtocolName></GlobalVariables>
<MetaDataVersion OID="M" Name="OLD" Description="Old" def:DefineVersion="2.0.0" def:StandardName="SDTM-IG" def:StandardVersion="3.1.2">
<def:AnnotatedCRF><def:DocumentRef leafID="LF.blankcrf"/></def:AnnotatedCRF>
<def:ValueListDef OID="VL.SUPPAE.QVAL">
<ItemRef ItemOID="IT.SUPPAE.QVAL.AETRTEM" OrderNumber="1" Mandatory="No"><def:WhereClauseRef WhereClauseOID="WC.SUPPAE.QNAM.AETRTEM"/></ItemRef>
</def:ValueListDef>
<def:WhereClauseDef OID="WC.SUPPAE.QNAM.AETRTEM"><RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.SUPPAE.QNAM"><CheckValue>AETRTEM</CheckValue></RangeCheck></def:WhereClauseDef>
<ItemGroupDef OID="IG.AE" Name="AE" Domain="AE" Repeating="Yes" IsReferenceData="No" SASDatasetName="AE" Purpose="Tabulation" def:Structure="One record per event" def:Class="EVENTS" def:ArchiveLocationID="XPT.AE">
<Description><TranslatedText xml:lang="en">Adverse Events</TranslatedText></Description>
<ItemRef ItemOID="IT.STUDYID" OrderNumber="1" Mandatory="Yes" KeySequence="1"/>
<ItemRef ItemOID="IT.AE.AETERM" OrderNumber="2" Mandatory="Yes" KeySequence="2"/>
<ItemRef ItemOID="IT.AE.AEDTC" OrderNumber="3" Mandatory="No"/>
<def:leaf ID="XPT.AE" xlink:href="ae.xpt"><def:title>ae.xpt</def:title></def:leaf>
</ItemGroupDef>
<ItemGroupDef OID="IG.SUPPAE" Name="SUPPAE" Domain="AE" Repeating="Yes" IsReferenceData="No" SASDatasetName="SUPPAE" Purpose="Tabulation" def:Structure="One record per qualifier" def:Class="RELATIONSHIP" def:ArchiveLocationID="XPT.SUPPAE">
<Description><TranslatedText xml:lang="en">Supplemental Qualifiers for AE</TranslatedText></Description>
<ItemRef ItemOID="IT.STUDYID" OrderNumber="1" Mandatory="Yes" KeySequence="1"/>
<ItemRef ItemOID="IT.SUPPAE.QNAM" OrderNumber="2" Mandatory="Yes" KeySequence="2"/>
<ItemRef ItemOID="IT.SUPPAE.QVAL" OrderNumber="3" Mandatory="Yes"/>
<def:leaf ID="XPT.SUPPAE" xlink:href="suppae.xpt"><def:title>suppae.xpt</def:title></def:leaf>
</ItemGroupDef>
<ItemDef OID="IT.STUDYID" Name="STUDYID" DataType="text" Length="3" SASFieldName="STUDYID"><Description><TranslatedText xml:lang="en">Study Identifier</TranslatedText></Description><def:Origin Type="Protocol"/></ItemDef>
<ItemDef OID="IT.AE.AETERM" Name="AETERM" DataType="text" Length="200" SASFieldName="AETERM"><Description><TranslatedText xml:lang="en">Reported Term</TranslatedText></Description><def:Origin Type="CRF"><def:DocumentRef leafID="LF.blankcrf"><def:PDFPageRef Type="PhysicalRef" PageRefs="14"/></def:DocumentRef></def:Origin></ItemDef>
<ItemDef OID="IT.AE.AEDTC" Name="AEDTC" DataType="datetime" SASFieldName="AEDTC"><Description><TranslatedText xml:lang="en">Date</TranslatedText></Description><def:Origin Type="eDT"/></ItemDef>
<ItemDef OID="IT.SUPPAE.QNAM" Name="QNAM" DataType="text" Length="8" SASFieldName="QNAM"><Description><TranslatedText xml:lang="en">Name</TranslatedText></Description><CodeListRef CodeListOID="CL.NY"/><def:Origin Type="Assigned"/></ItemDef>
<ItemDef OID="IT.SUPPAE.QVAL" Name="QVAL" DataType="text" Length="2" SASFieldName="QVAL"><Description><TranslatedText xml:lang="en">Value</TranslatedText></Description><def:ValueListRef ValueListOID="VL.SUPPAE.QVAL"/></ItemDef>
<ItemDef OID="IT.SUPPAE.QVAL.AETRTEM" Name="QVAL" DataType="text" Length="1" SASFieldName="QVAL"><Description><TranslatedText xml:lang="en">Treatment Emergent Flag</TranslatedText></Description><CodeListRef CodeListOID="CL.NY"/><def:Origin Type="Derived"/></ItemDef>
<CodeList OID="CL.NY" Name="No Yes Response" DataType="text"><CodeListItem CodedValue="N"><Decode><TranslatedText xml:lang="en">No</TranslatedText></Decode><Alias Name="C49487" Context="nci:ExtCodeID"/></CodeListItem><CodeListItem CodedValue="Y"><Decode><TranslatedText xml:lang="en">Yes</TranslatedText></Decode><Alias Name="C49488" Context="nci:ExtCodeID"/></CodeListItem><Alias Name="C66742" Context="nci:ExtCodeID"/></CodeList>
<def:leaf ID="LF.blankcrf" xlink:href="blankcrf.pdf"><def:title>Annotated Case Report Form</def:title></def:leaf>
</MetaDataVersion></Study></ODM>
"""


def define_21(*changes):
    """The file of version 2.1, with texts replaced."""
    text = HEAD_21 + BODY_21 + TAIL
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text
