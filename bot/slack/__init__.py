"""Outgoing Slack: the gateway, what its answers mean, the connection, the manifest."""
