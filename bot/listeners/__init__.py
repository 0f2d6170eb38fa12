"""Incoming Slack: translate, one service call, acknowledge, reply."""
