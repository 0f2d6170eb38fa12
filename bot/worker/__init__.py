"""What runs by itself: the dispatcher that keeps promises, the planner that makes things due."""
