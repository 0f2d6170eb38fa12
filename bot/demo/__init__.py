"""The bot in a local workspace: nothing to install, nothing sent anywhere."""
