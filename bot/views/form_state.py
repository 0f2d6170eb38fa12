"""What stands in a form's ``view.state.values``, merged into the draft.

Nothing in it is trusted: a field that is unset, absent or of another shape
counts as empty, and never raises.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from bot.domain.draft import ALL_FIELDS, FIELDS_OF_STEP, LIST_FIELDS, DraftFields, Step, fill_draft
from bot.domain.text import clean

_TEXTS = (
    "value",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "selected_option",
    "selected_user",
    "selected_conversation",
)
_LISTS = ("selected_options", "selected_conversations", "selected_users")
# A choice cannot be taken back in Slack, only changed: if it is missing, what was chosen before stands.
_CHOICES = frozenset({"minutes", "zone", "waitlist", "closes", "promotion", "late"})


def read_what(values: object, fields: DraftFields) -> DraftFields:
    """Return the draft with what stands in the first step."""
    return read_step(Step.WHAT, values, fields)


def read_when(values: object, fields: DraftFields) -> DraftFields:
    """Return the draft with what stands in the second step."""
    return read_step(Step.WHEN, values, fields)


def read_how(values: object, fields: DraftFields) -> DraftFields:
    """Return the draft with what stands in the third step."""
    return read_step(Step.HOW, values, fields)


def read_step(
    step: Step, values: object, fields: DraftFields, *, only: AbstractSet[str] = ALL_FIELDS
) -> DraftFields:
    """Return the draft with what stands in that step; its other fields stay.

    ``only`` names the fields that the form shows, where it does not show all of them.
    """
    typed: dict[str, object] = {}
    for name in (name for name in FIELDS_OF_STEP[step] if name in only):
        entry = _entry_of(values, name)
        if name in LIST_FIELDS:
            typed[name] = _list_in(entry)
        elif (value := _text_in(entry)) or name not in _CHOICES:
            typed[name] = value
    return fill_draft(fields, typed)


def read_values(view: object) -> dict[str, str | list[str]]:
    """Return what stands in a modal's inputs by their block's id: texts, choices, dates, ids of people.

    A date with time is the text of its Unix seconds. What is unset is an empty text;
    what holds several is a list.
    """
    state = view.get("state") if isinstance(view, Mapping) else None
    values = state.get("values") if isinstance(state, Mapping) else None
    found: dict[str, str | list[str]] = {}
    for name in values if isinstance(values, Mapping) else ():
        entry = _entry_of(values, name)
        is_list = any(isinstance(entry.get(key), list | tuple) for key in _LISTS)
        found[str(name)] = _list_in(entry) if is_list else _text_in(entry)
    return found


def parse_step(value: object) -> Step | None:
    """Return the step of that name, None if it is not one of ours."""
    return next((step for step in Step if step == value), None)


def _entry_of(values: object, name: str) -> Mapping[object, object]:
    """Return the state of a field's one element, whatever the element's own id."""
    block = values.get(name) if isinstance(values, Mapping) else None
    entries = block.values() if isinstance(block, Mapping) else ()
    return next((entry for entry in entries if isinstance(entry, Mapping)), {})


def _text_in(entry: Mapping[object, object]) -> str:
    for key in _TEXTS:
        value = entry.get(key)
        if isinstance(value, Mapping):
            value = value.get("value")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            return clean(value)
    return ""


def _list_in(entry: Mapping[object, object]) -> list[str]:
    for key in _LISTS:
        chosen = entry.get(key)
        if isinstance(chosen, list | tuple):
            values = [item.get("value") if isinstance(item, Mapping) else item for item in chosen]
            return [clean(value) for value in values if isinstance(value, str)]
    return []
