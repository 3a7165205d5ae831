"""An invented French company with two years of receivables, for ``./bin/demo``.

Never loaded by the add-on itself. ``debtors.csv`` and ``receivables.csv`` say who owes
what; ``scenario`` turns them into dated events without Odoo; ``story`` plays these in
an Odoo database, run by run.
"""
