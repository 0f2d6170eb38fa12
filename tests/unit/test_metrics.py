import asyncio
import time

from bot.metrics import REGISTRY, count_call, observe_presses, watch_loop


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"seminar_bot_{name}", labels) or 0.0


async def test_a_blocked_event_loop_is_measured() -> None:
    measuring = asyncio.create_task(watch_loop(every_s=0.01))
    await asyncio.sleep(0.03)
    before = sample("event_loop_lag_seconds_sum")

    time.sleep(0.3)  # noqa: ASYNC251 - what must not happen, and is measured here
    await asyncio.sleep(0.03)
    measuring.cancel()
    await asyncio.gather(measuring, return_exceptions=True)

    assert sample("event_loop_lag_seconds_sum") - before > 0.25


def test_presses_are_counted_with_their_batch_and_wait() -> None:
    def look() -> tuple[float, ...]:
        return (
            sample("presses_total", result="saved"),
            sample("presses_total", result="refused"),
            sample("desk_batch_presses_count"),
            sample("desk_batch_presses_sum"),
            sample("desk_wait_seconds_count"),
        )

    before = look()

    now = time.monotonic()
    observe_presses([now, now - 1, now - 2], is_saved=True)
    observe_presses([now - 2.6], is_saved=False)
    observe_presses([], is_saved=False)

    assert tuple(after - was for was, after in zip(before, look(), strict=True)) == (3, 1, 1, 3, 4)


def test_a_call_that_must_wait_is_counted_as_both() -> None:
    def look() -> tuple[float, ...]:
        return (
            sample("slack_calls_total", method="test.method", answer="RetryAt"),
            sample("slack_rate_limited_calls_total", method="test.method"),
        )

    before = look()

    count_call("test.method", "RetryAt", is_rate_limit=True)
    count_call("test.method", "RetryAt")

    assert tuple(after - was for was, after in zip(before, look(), strict=True)) == (2, 1)
