"""What holds of a property: rules as rows of a table, one engine for a form's field, a whole property and a row of an import.

table       every rule: its field, kind, severity and bounds
checks      what each kind looks at in one field
crossing    what each kind looks at in several fields, or beside the partner's other properties
portfolio   the partner's other properties, as far as the rules ask for them
engine      `check`
messages    the sentences, in every language of the product
problems    what was found
"""
