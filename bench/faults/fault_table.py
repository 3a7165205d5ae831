"""The faults, what proves that each costs nothing, and the table of their results.

As a program it lists the tests of the faults that its argument names; as a pytest
plugin it prints the table.
"""

import sys

SEND = "dunning_fr/tests/test_send_process.py::TestSendProcess::test_"
FAULT = "dunning_fr/tests/test_send_faults.py::TestSendFaults::test_"
KILLS = "dunning_fr/tests/test_send_kills.py::TestSendKills::test_"
POSTGRES = "bench/faults/test_postgres.py::TestPostgres::test_"

# (name, fault, what is guaranteed, tests)
FAULTS = [
    (
        "lanes",
        "three workers, one run of 60",
        "none twice, none missing",
        [FAULT + "three_lanes_share_one_run"],
    ),
    (
        "clicks",
        "two users press at once (RPC)",
        "one draft, one notice",
        [FAULT + "two_users_press_at_once"],
    ),
    (
        "kill",
        "kill -9 at random moments",
        "like an undisturbed run, or unknown",
        [
            KILLS + "killed_at_random_moments",
            SEND + "killed_after_data_leaves_one_unknown_and_no_duplicate",
            SEND + "killed_while_rendering_loses_nothing",
        ],
    ),
    (
        "postgres",
        "PostgreSQL crashes",
        "none twice, at most one unknown",
        [
            POSTGRES + "crash_while_mails_leave",
            POSTGRES + "crash_while_letters_are_rendered",
        ],
    ),
    (
        "mail-refuses",
        "mail server refuses, or is down",
        "later, else failed with its answer",
        [
            SEND + "refused_dropped_and_late_mails_stop_nobody",
            SEND + "a_server_that_is_down_loses_nothing",
            SEND + "a_server_that_stays_down_is_given_up_and_may_be_retried",
        ],
    ),
    (
        "mail-slow",
        "mail server does not answer",
        "before the message later, after unknown",
        [FAULT + "a_slow_server_is_not_waited_for"],
    ),
    (
        "mail-dies",
        "mail server dies half-way",
        "the rest later, at most one unknown",
        [FAULT + "a_server_that_dies_half_way_gets_the_rest_later"],
    ),
    (
        "disk",
        "no room left while rendering",
        "letters failed and say so, mails leave",
        [FAULT + "a_full_disk_fails_letters_and_says_so"],
    ),
    (
        "engine",
        "PDF engine crashes, fails, is missing",
        "that letter alone fails",
        [
            FAULT + "an_engine_that_crashes_on_one_letter_stops_that_one_only",
            SEND + "an_engine_that_fails_stops_letters_only",
            SEND + "without_an_engine_mails_leave_and_letters_say_why",
        ],
    ),
    (
        "ledger",
        "paid, credited, un-reconciled meanwhile",
        "not sent, a draft again with the reason",
        [
            FAULT + "what_the_ledger_says_last_decides",
            SEND + "paid_between_queue_and_send_is_not_sent",
        ],
    ),
]
results = {}
said = []


def pytest_runtest_logreport(report):
    """Keep the worst of a test's set-up, call and end, and what the kills say."""
    name = report.nodeid.replace("../", "")
    seconds, failed = results.get(name, (0, False))
    results[name] = seconds + report.duration, failed or report.failed
    said.extend(line for line in report.capstdout.splitlines() if "SEED" in line)


def pytest_terminal_summary(terminalreporter):
    """Print the table: a fault, what is guaranteed, whether it held."""
    terminalreporter.section("faults")
    for _name, fault, guarantee, tests in FAULTS:
        ran = [results[test] for test in tests if test in results]
        if ran:
            broken = any(failed for _seconds, failed in ran)
            verdict = "BROKEN" if broken else f"held {sum(s for s, _f in ran):5.1f} s"
            terminalreporter.line(f"{fault:39} {guarantee:40} {verdict}")
    for line in dict.fromkeys(said):
        terminalreporter.line(line)


def main(wanted):
    for name, _fault, _guarantee, tests in FAULTS:
        if wanted in name:
            sys.stdout.writelines(f"{test}\n" for test in tests)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
