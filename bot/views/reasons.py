"""Slack's refusals in words for staff: what is wrong, and what to do about it."""

_REASONS = {
    "channel_not_found": (
        "I cannot see that conversation. If it is a private channel, invite me there with /invite; "
        "if it was deleted, announce the seminar in another channel."
    ),
    "not_in_channel": "I am not in that channel. Invite me there with /invite.",
    "is_archived": "That channel is archived. Unarchive it, or announce the seminar in another channel.",
    "is_inactive": "That channel is archived. Unarchive it, or announce the seminar in another channel.",
    "could not be written": "That is a mistake of the app. Please tell whoever runs it.",
    "unknown": "Slack’s answer was lost twice, so the message may be there or not. Please look.",
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
    "missing_scope": "The app lacks a permission for this. Ask a workspace admin to install it again.",
    "no_permission": "The app lacks a permission for this. Ask a workspace admin to install it again.",
    "access_denied": "The workspace does not allow this. Ask a workspace admin.",
    "account_inactive": "The app was removed from the workspace. Ask a workspace admin to install it again.",
    "token_revoked": "The app was removed from the workspace. Ask a workspace admin to install it again.",
    "invalid_auth": "Slack does not accept the app’s token. Ask a workspace admin to install the app again.",
    "message_not_found": "The message was deleted. Announce the seminar again if it should be seen there.",
    "cant_update_message": "I may not change that message any more. Announce the seminar again.",
    "edit_window_closed": (
        "The workspace allows changes to a message only for a while, so that message shows an old state. "
        "Announce the seminar again."
    ),
    "message_limit_exceeded": "The workspace has used up its messages for now. Please try again later.",
    "msg_too_long": "The message is too long for Slack. Shorten the abstract or the title.",
    "msg_blocks_too_long": "The message is too long for Slack. Shorten the abstract or the title.",
    "file_uploads_disabled": "The workspace does not allow files.",
}
_DEFAULT = "Slack does not say more. Check that the channel exists and that I am in it."


def explain_refusal(code: str) -> str:
    """Return what one of Slack's error codes means for staff, and what they can do."""
    family = "restricted_action" if code.startswith("restricted_action") else code
    return _REASONS.get(family, _DEFAULT)
