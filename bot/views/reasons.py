"""Slack's refusals in words for staff: what is wrong, and what to do about it."""

from bot.views.ids import COMMAND

LOST_TWICE = "the answer was lost twice"
SEVERAL = ", for several members"  # follows a code that stands for all whom no notice names

_ARCHIVED = "That channel is archived. Unarchive it, or announce the seminar in another channel."
_LOST = "Slack’s answer was lost twice, so the message may be there or not. Please look."
_MISTAKE = "That is a mistake of the app. Please tell whoever runs it."
_REINSTALL = "The app lacks a permission for this. Ask a workspace admin to install it again."
_REMOVED = "The app was removed from the workspace. Ask a workspace admin to install it again."
_TOO_LONG = "The message is too long for Slack. Shorten the abstract or the title."
_MORE = (
    "The same happened to more members of this seminar. I write no more about it; "
    f"{COMMAND} list keeps the seminar marked."
)

_REASONS = {
    "channel_not_found": (
        "I cannot see that conversation. If it is a private channel, invite me there with /invite; "
        "if it was deleted, announce the seminar in another channel; "
        "if it is a member, they have left the workspace or take no direct messages."
    ),
    "not_in_channel": "I am not in that channel. Invite me there with /invite.",
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "could not be written": _MISTAKE,
    "unknown": _LOST,
    LOST_TWICE: _LOST,
    "restricted_action": (
        "Posting in that channel is limited. Choose another channel, or ask a workspace admin to let me post."
    ),
    "user_not_found": "That account is not in this workspace any more. Nobody needs to do anything.",
    "user_disabled": "That account is deactivated, so it cannot be reached.",
    "user_not_visible": "I am not allowed to see that account. Please tell them yourself.",
    "cannot_dm_bot": "That account is an app, and apps get no direct messages.",
    "messages_tab_disabled": (
        "Direct messages to this app are switched off. Ask a workspace admin to switch on the Messages tab "
        "in the app’s settings."
    ),
    "missing_scope": _REINSTALL,
    "no_permission": _REINSTALL,
    "access_denied": "The workspace does not allow this. Ask a workspace admin.",
    "account_inactive": _REMOVED,
    "token_revoked": _REMOVED,
    "invalid_auth": "Slack does not accept the app’s token. Ask a workspace admin to install the app again.",
    "message_not_found": "The message was deleted. Announce the seminar again if it should be seen there.",
    "cant_update_message": "I may not change that message any more. Announce the seminar again.",
    "edit_window_closed": (
        "The workspace allows changes to a message only for a while, so that message shows an old state. "
        "Announce the seminar again."
    ),
    "block_mismatch": _MISTAKE,
    "streaming_state_conflict": _MISTAKE,
    "message_limit_exceeded": "The workspace has used up its messages for now. Please try again later.",
    "msg_too_long": _TOO_LONG,
    "msg_blocks_too_long": _TOO_LONG,
    "invalid_blocks": _MISTAKE,
    "invalid_blocks_format": _MISTAKE,
    "invalid_arguments": _MISTAKE,
    "no_text": _MISTAKE,
    "request_too_large": _TOO_LONG,
    "file_uploads_disabled": "The workspace does not allow files.",
}
_DEFAULT = "Slack does not say more. Check that the channel exists and that I am in it."

# These are about the app or the workspace: the same for whomever they hit, until somebody mends it.
NEEDS_REPAIR = frozenset({"messages_tab_disabled", "missing_scope"})


def explain_refusal(code: str) -> str:
    """Return what one of Slack's error codes means for staff, and what they can do.

    A code that ends in `SEVERAL` stands for all whom no notice names.
    """
    if code.endswith(SEVERAL):
        return _MORE
    family = "restricted_action" if code.startswith("restricted_action") else code
    return _REASONS.get(family, _DEFAULT)
