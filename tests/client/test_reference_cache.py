from __future__ import annotations

from reply_mcp.client.reference_cache import MOST, SECONDS, ReferenceCache


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_kept_for_a_minute_and_nobody_can_change_it() -> None:
    clock = Clock()
    cache = ReferenceCache(clock)
    answer = [{"id": 1}]
    cache.keep("fields", "contacts", answer, cache.mark("contacts"))
    answer.clear()
    found = cache.get("fields")
    assert found == ([{"id": 1}],)
    found[0].append("mine")
    clock.now = SECONDS - 0.1
    assert cache.get("fields") == ([{"id": 1}],)
    clock.now = SECONDS
    assert cache.get("fields") is None


def test_what_was_read_before_a_moment_is_not_used_after_it() -> None:
    clock = Clock()
    clock.now = 100.0
    cache = ReferenceCache(clock)
    cache.keep("fields", "contacts", ["old"], cache.mark("contacts"))
    assert cache.get("fields", since=100.5) is None
    clock.now = 101.0
    cache.keep("fields", "contacts", ["new"], cache.mark("contacts"))
    assert cache.get("fields", since=100.5) == (["new"],)


def test_a_write_drops_its_resource_alone() -> None:
    cache = ReferenceCache()
    for area in ("contacts", "channels"):
        cache.keep(area, area, [area], cache.mark(area))
    cache.drop("contacts")
    assert cache.get("contacts") is None
    assert cache.get("channels") == (["channels"],)


def test_what_was_read_before_a_write_is_not_kept_after_it() -> None:
    cache = ReferenceCache()
    before = cache.mark("contacts")
    cache.drop("contacts")
    cache.keep("fields", "contacts", ["old"], before)
    assert cache.get("fields") is None
    cache.keep("fields", "contacts", ["new"], cache.mark("contacts"))
    assert cache.get("fields") == (["new"],)


def test_an_answer_of_nothing_is_kept_too() -> None:
    cache = ReferenceCache()
    cache.keep("nothing", "contacts", None, cache.mark("contacts"))
    assert cache.get("nothing") == (None,)


def test_only_so_many_are_kept_those_in_use_first() -> None:
    cache = ReferenceCache()
    for number in range(MOST):
        cache.keep(number, "a", number, cache.mark("a"))
    cache.get(0)
    cache.keep("one more", "a", 1, cache.mark("a"))
    assert cache.get(0) == (0,)
    assert cache.get(1) is None


def test_some_are_kept_longer() -> None:
    clock = Clock()
    cache = ReferenceCache(clock)
    cache.keep("teammates", "whoami", ["Tom"], cache.mark("whoami"), 600.0)
    clock.now = 599.9
    assert cache.get("teammates") == (["Tom"],)
    assert cache.get("teammates", since=1.0) is None
    clock.now = 600.0
    assert cache.get("teammates") is None
