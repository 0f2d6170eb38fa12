"""The local workspace: a strict stand-in for Slack that speaks to the bot through Slack's protocol only."""
