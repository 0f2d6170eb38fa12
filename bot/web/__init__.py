"""aiohttp.web: signed requests from Slack, and health."""
