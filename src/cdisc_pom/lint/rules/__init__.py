"""The rules, one module a family; each function is a rule and its docstring is its page."""
