"""What the benchmarks share: a filled database, rounds, medians, queries, memory."""

import os
import resource
import statistics
import time

from fill import fill


def timed(env, action):
    """Return seconds and queries of ``action``, and what it returned; cold caches."""
    env.flush_all()
    env.invalidate_all()
    queries, begun = env.cr.sql_log_count, time.perf_counter()
    result = action()
    env.flush_all()
    seconds = time.perf_counter() - begun
    return seconds, env.cr.sql_log_count - queries, result


def filled(env):
    """Fill the database; return the numbers of items and of rounds asked for."""
    items, rounds = int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_ROUNDS"])
    fill(env, items)
    return items, rounds


def measure(name, rounds, one_round, unit="item", each="an item"):
    """Print one line of figures of what ``one_round()`` took, after a warm-up.

    :param one_round: returns ``timed`` of an action that returns (number, words)
    """
    one_round()  # caches and query plans
    found = [one_round() for _ in range(rounds)]
    seconds = statistics.median(row[0] for row in found)
    _, queries, (count, words) = found[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name}: {count} {unit}s {words}, median of {rounds}: {seconds:.2f} s, "
        f"{seconds / max(1, count) * 1e6:.1f} µs {each}, {queries} queries, "
        f"peak memory {memory} MB"
    )
