"""Specifications in other forms: Pinnacle 21's Excel, define.xml, YAML; and what differs in two."""
