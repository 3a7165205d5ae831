"""Ten weeks of reminders in the demo company, then the run of the day.

Each earlier run sees the books as they were: invoices and payments are booked up to
its day, and the clock of this process stands on that day. Nothing is written past the
add-on's own methods, and reminders are sent with the rights of the collector.
"""

from datetime import datetime, time, timedelta

from freezegun import freeze_time

from ..tools.deadlines import next_working_day
from . import charges, company, customers, legal, plans, scenario
from .ledger import Ledger

OFFICE_HOURS = time(8, 30)  # UTC
POST_DAYS = 3

# The registered letter that nobody has heard of yet, and the one nobody collected
NOT_PRESENTED = "opticiens"
UNCLAIMED = "nguyen"

# (days from the last run, customer, values of the hold); dates are days as well
HOLDS = (
    (-30, "castagnier", {"kind": "insolvency", "reason": "Redressement judiciaire",
                         "judgment_date": -34, "publication_date": -30}),
    (-25, "orvalie", {"kind": "dispute", "amount": 1200.0,
                      "reason": "Deux plans de travail à reprendre"}),
    (-5, "lacombe", {"kind": "promise", "date_to": 6,
                     "reason": "Virement promis au téléphone"}),
)  # fmt: skip
ARCHIVED = (-45, "saison")
UNALLOCATED = (-3, "argentic", 500.0)
# A public buyer's formal notice is drafted by a person (R3.18)
FORMAL_BY_PERSON = (-12, "chaulnes")

# Who receives a formal notice in the last run has been late for so long
FORMAL_DUE = -31


class Story:
    """Plays the scenario in ``env``: a new French database with the add-on."""

    def __init__(self, env, today, say):
        self.env = env
        self.today = today
        self.say = say
        self.is_today = today == env.company._dunning_today()
        self.runs = scenario.run_days(today)
        self.done_until = today - timedelta(days=10000)
        self.registered = 0

    def play(self):
        """Build the company and its past, send the run of the day; return that run."""
        self._build()
        start = datetime.combine(self.runs[0], OFFICE_HOURS)
        with freeze_time(start, tick=True) as clock:
            for day in scenario.booking_days(self.today, self.runs)[:-1]:
                self._live_until(day, clock)
            if not self.is_today:
                self._live_until(self.today, clock)
        if self.is_today:
            self._live_until(self.today)
        return self.env["dunning.run"].search([("date", "=", self.today)], limit=1)

    def _build(self):
        self.say("company and customers")
        first = self.today - timedelta(days=scenario.HISTORY_DAYS)
        self.collector = company.complete(self.env, first)
        self.partners = customers.create(self.env, self.collector)
        self.ledger = Ledger(self.env, self.partners, scenario.invoices(self.today))
        self._commit()
        self.say(f"two years of invoices and payments, runs since {self.runs[0]}")

    def _live_until(self, day, clock=None):
        if clock:
            clock.move_to(datetime.combine(day, OFFICE_HOURS))
        self.ledger.book_until(day)
        self._deliver_letters(day)
        self._tell(day)
        if day == self.today:
            self.ledger.print_open(self._date(FORMAL_DUE))
            self.ledger.print_moves(charges.notes(self.env))
        if day in (*self.runs, self.today):
            self._send_run(day)
        self.done_until = day
        if day == self.today:  # the nightly job: how each customer pays
            self.env["dunning.behaviour"]._cron_refresh()
        self._commit()

    def _commit(self):
        """A script of its own commits; the sending queue reads what is committed."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _is_now(self, offset, day):
        """Return whether ``offset`` days from the last run fall in this step."""
        return self.done_until < self._date(offset) <= day

    def _date(self, offset):
        return self.today + timedelta(days=offset)

    # ------------------------------------------------------------------ events

    def _tell(self, day):
        """Record what the customers said, and what else became known by ``day``."""
        for offset, key, values in HOLDS:
            if self._is_now(offset, day):
                self._hold(self._date(offset), key, values)
        offset, key = ARCHIVED
        if self._is_now(offset, day):
            self.partners[key].action_archive()
        offset, key, amount = UNALLOCATED
        if self._is_now(offset, day):
            label = "VIR ACOMPTE SANS REFERENCE"
            self.ledger.receive(self.partners[key], self._date(offset), amount, label)
        offset, key = FORMAL_BY_PERSON
        if self._is_now(offset, day):
            self._draft_by_person(key)

        self._tell_plans(day)

        offset, key = legal.CASE
        if self._is_now(offset, day):
            debtor = self._debtor(key).with_env(self.env)
            case = legal.open_case(self.env, debtor, self._date(offset))
            legal.build_file(self.env, case)

        offset, key = charges.BILLED
        if self._is_now(offset, day):
            charges.bill(self.env, self.partners[key])
        offset, key = charges.PAID
        if self._is_now(offset, day):
            for note in charges.notes(self.env):
                self.ledger.pay(note, self._date(offset))

    def _tell_plans(self, day):
        """Agree on payment plans, and follow the one that is not kept."""
        for offset, key, due_days, agreed_with in plans.PLANS:
            if self._is_now(offset, day):
                moves = self.ledger.open_moves(self.partners[key])
                days = [self._date(due) for due in due_days]
                plans.make(self._debtor(key), moves, day, days, agreed_with)
        offset, key = plans.MISSED
        if self._is_now(offset, day):
            plans.miss(self._debtor(key), day)
        offset, key = plans.PRESENTED
        if self._is_now(offset, day):
            plans.present(self._debtor(key))

    def _hold(self, date_from, key, values):
        dates = {
            name: self._date(value)
            for name, value in values.items()
            if name.endswith(("_date", "date_to"))
        }
        debtor = self._debtor(key)
        moves = self.env["account.move"]
        if values["kind"] in ("dispute", "promise"):
            moves = self.ledger.open_moves(self.partners[key])
        self.collector_env["dunning.hold"].create(
            {
                **values,
                **dates,
                "debtor_id": debtor.id,
                "date_from": date_from,
                "move_ids": moves.ids,
            }
        )

    def _debtor(self, key):
        return self.collector_env["dunning.debtor"].search(
            [("partner_id", "=", self.partners[key].id)]
        )

    def _draft_by_person(self, key):
        debtor = self._debtor(key)
        debtor.action_draft_formal_notice()
        debtor.notice_ids.filtered(lambda notice: notice.state == "draft").action_send()

    @property
    def collector_env(self):
        return self.env(user=self.collector, su=False)

    # ----------------------------------------------------------------- sending

    def _send_run(self, day):
        run = self.collector_env["dunning.run"].create({"date": day})
        run.action_prepare()
        run.action_send()
        self._commit()
        self.env["dunning.notice"]._process_queue()
        # letters in the place of e-mails that were refused just now
        self.env["dunning.notice"]._process_queue()
        self.env.invalidate_all()
        self.say(f"  run of {day}: {len(run.notice_ids)} notices")

    def _deliver_letters(self, day):
        """Post the letters of earlier runs, and record what the post says of them."""
        letters = self.collector_env["dunning.notice"].search(
            [("dispatch_ids", "any", [("channel_code", "like", "letter")])], order="id"
        )
        for letter in letters.filtered(lambda n: n.state in ("queued", "sent")):
            if not letter.posted_date:
                posted = next_working_day(letter.date + timedelta(days=1))
                self._post(letter, posted, day)
            if letter.posted_date and letter.tracking_number:
                self._present(letter, day)

    def _post(self, letter, posted, day):
        if posted > day:
            return
        facts = {"posted_date": posted}
        if "registered_letter" in letter.dispatch_ids.mapped("channel_code"):
            self.registered += 1
            facts["tracking_number"] = f"1A 999 000 {self.registered:04d} 0"
        letter.write(facts)

    def _present(self, letter, day):
        presented = next_working_day(letter.posted_date + timedelta(days=POST_DAYS))
        if presented > day or letter.presented_date or letter.unclaimed:
            return
        if letter.partner_id == self.partners[UNCLAIMED]:
            letter.write({"unclaimed": True, "presented_date": presented})
        elif letter.partner_id != self.partners[NOT_PRESENTED]:
            letter.write({"presented_date": presented})
