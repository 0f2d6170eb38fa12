"""Block Kit builders: values in, dicts out; and the ids that tie buttons to listeners."""
