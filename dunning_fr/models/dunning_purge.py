from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

MANAGER = "dunning_fr.group_dunning_manager"
PURGE_STATES = [
    ("proposed", "Proposed"),
    ("running", "Running"),
    ("stopped", "Stopped"),
    ("done", "Erased"),
    ("cancelled", "Not wanted"),
]
OPEN_STATES = ("proposed", "running", "stopped")


class DunningPurge(models.Model):
    """What was erased of personal data, when, by whom and under which rule.

    The log of R10.8: written by its own methods alone, never changed or deleted by
    anybody (invariant 1), and without personal data itself: which record of which
    model, no more.
    """

    _name = "dunning.purge"
    _description = "Erasure of personal data"
    _inherit = ["dunning.proof.mixin", "dunning.worker.mixin"]
    _order = "id desc"
    _worker_crons = ("ir_cron_purge",)

    name = fields.Char(string="Number", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    date = fields.Date(
        string="Periods over on",
        required=True,
        help="The periods of the rules are counted up to this day.",
    )
    state = fields.Selection(
        PURGE_STATES, string="Status", required=True, default="running", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Confirmed by",
        ondelete="restrict",
        help="Empty while it is only proposed.",
    )
    started_on = fields.Datetime()
    ended_on = fields.Datetime(string="Finished on")
    is_automatic = fields.Boolean(
        string="By the monthly task", help="The company has switched that on."
    )
    figures = fields.Json(help="The periods of the day: of the law and the company.")
    figures_text = fields.Text(
        string="Periods applied", compute="_compute_figures_text"
    )
    planned_count = fields.Integer(
        string="Records planned", help="What the person was shown and confirmed."
    )
    done_count = fields.Integer(string="Records erased", compute="_compute_counts")
    kept_count = fields.Integer(
        string="Kept after all",
        compute="_compute_counts",
        help="Something had changed when their turn came.",
    )
    left_count = fields.Integer(string="Still to do", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="Percent.")
    line_ids = fields.One2many("dunning.purge.line", "purge_id", string="Records")
    seal = fields.Char(
        string="SHA-256 of the log",
        help="Of all lines and of the erasure before it: a change behind the program "
        "shows.",
    )
    is_intact = fields.Boolean(
        string="Unchanged",
        compute="_compute_is_intact",
        help="The lines still have the SHA-256 they had at the end.",
    )

    _one_open = models.UniqueIndex(
        "(company_id) WHERE state IN ('proposed', 'running', 'stopped')",
        "Personal data of this company is being erased already.",
    )

    def _proof_frozen(self):
        return self

    def _proof_refusals(self):
        return {
            "make": self.env._("Personal data is only erased by Dunning > Retention."),
            "change": self.env._("The log of erasures is never changed nor deleted."),
            "copy": self.env._("The log of erasures is not copied."),
        }

    # ---------------------------------------------------------------- what it shows

    @api.depends("line_ids.state")
    def _compute_counts(self):
        groups = self.env["dunning.purge.line"]._read_group(
            [("purge_id", "in", self.ids)], ["purge_id", "state"], ["__count"]
        )
        found = {(purge.id, state): count for purge, state, count in groups}
        for purge in self:
            done = found.get((purge.id, "done"), 0)
            kept = found.get((purge.id, "kept"), 0)
            left = found.get((purge.id, "planned"), 0)
            purge.done_count, purge.kept_count = done, kept
            purge.left_count = left
            total = done + kept + left
            purge.progress = 100 * (done + kept) / total if total else 100

    @api.depends("figures")
    def _compute_figures_text(self):
        for purge in self:
            figures = purge.figures or {}
            purge.figures_text = self.env._(
                "Notes: %(notes)s months after full payment. Notices and proofs: "
                "%(proofs)s months after the end of limitation and of enforcement "
                "(%(title)s years after a title). Rule R10.8, to verify.",
                notes=figures.get("notes_months", "?"),
                proofs=figures.get("proofs_months", "?"),
                title=figures.get("title_years", "?"),
            )

    @api.depends("seal", "state")
    def _compute_is_intact(self):
        for purge in self:
            purge.is_intact = not purge.seal or purge.seal == purge._digest()

    def _digest(self):
        """Return the SHA-256 of what the log says, chained to the one before.

        Computed by PostgreSQL: a log may have 100,000 lines.
        """
        self.ensure_one()
        self.flush_model()
        self.env["dunning.purge.line"].flush_model()
        [[digest]] = self.env.execute_query(
            SQL(
                """
                SELECT encode(sha256(convert_to(concat(json_build_array(
                           purge.name, purge.date, purge.company_id, purge.state,
                           purge.user_id, purge.is_automatic, purge.started_on,
                           purge.ended_on, purge.planned_count, purge.figures,
                           (SELECT seal FROM dunning_purge earlier
                             WHERE earlier.company_id = purge.company_id
                               AND earlier.id < purge.id AND earlier.seal IS NOT NULL
                          ORDER BY earlier.id DESC LIMIT 1)),
                       (SELECT string_agg(json_build_array(
                                   id, rule, res_model, res_id, state, reason, done_on,
                                   hash_before, hash_after)::text, '' ORDER BY id)
                          FROM dunning_purge_line
                         WHERE purge_id = purge.id)), 'UTF8')), 'hex')
                  FROM dunning_purge purge WHERE purge.id = %s
                """,
                self.id,
            )
        )
        return digest

    def _proves(self):
        """Return the erasures of ``self`` whose log may be believed."""
        return self.filtered(
            lambda purge: (
                purge.state in ("running", "stopped") or purge.seal and purge.is_intact
            )
        )

    # ------------------------------------------------------------------- what starts

    @api.model
    def _check_manager(self):
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._("Only a dunning manager erases personal data.")
            )

    @api.model
    def _check_scope(self, company):
        """Refuse who is no manager, or a company that is not among the person's."""
        self._check_manager()
        if company not in self.env.companies:
            raise AccessError(
                self.env._("Choose a company that you have switched on, above right.")
            )

    @api.model
    def _check_switched_on(self, company):
        """Refuse a company that has not switched it on."""
        self._check_scope(company)
        if not company.sudo().dunning_retention:  # a setting, no secret
            raise UserError(
                self.env._(
                    "%s has not switched on the erasure of personal data: see "
                    "Settings > Dunning > Personal data.",
                    company.display_name,
                )
            )

    @api.model
    def _start(self, company, day, expected, automatic=False):
        """Plan the erasure of all that may go on ``day``, and hand it to the worker.

        :param expected: the number of records the person confirmed; another number
            means that something has changed since, and nothing starts
        :return: the new ``dunning.purge``
        """
        self._check_switched_on(company)
        if day != company._dunning_today():  # nor by the law of an earlier day
            raise UserError(
                self.env._("What may go today is erased, nothing else: choose today.")
            )
        # sudo: nobody has rights on the log; manager and company were checked
        log = self.sudo()._proof_unlocked()
        log._make_way(company)
        purge = log.create(log._prepare_values(company, day, automatic))
        count = purge._plan_lines()
        if count != expected:
            raise UserError(
                self.env._(
                    "%(now)s records may be erased by now, you confirmed "
                    "%(confirmed)s: look at the list again.",
                    now=count,
                    confirmed=expected,
                )
            )
        if not count:
            raise UserError(self.env._("There is nothing to erase on this day."))
        purge.planned_count = count
        purge._trigger_worker()
        return self.browse(purge.id)

    @api.model
    def _make_way(self, company):
        """Take back what was only proposed; refuse a second erasure at a time."""
        waiting = self.search(
            [("company_id", "=", company.id), ("state", "in", OPEN_STATES)]
        )
        for purge in waiting:
            if purge.state != "proposed":
                raise UserError(
                    self.env._(
                        "%s is not finished: let it end, or give it up, first.",
                        purge.name,
                    )
                )
        waiting._end("cancelled")

    @api.model
    def _prepare_values(self, company, day, automatic=False, state="running"):
        """Return the values of one erasure (hook)."""
        periods = self.env["dunning.retention"]._periods(company, day)
        now = fields.Datetime.now()
        return {
            # sudo: nobody needs rights on the numbers of the log
            "name": self.env["ir.sequence"].sudo().next_by_code("dunning.purge"),
            "company_id": company.id,
            "date": day,
            "state": state,
            "is_automatic": automatic,
            "user_id": self.env.uid if state == "running" else False,
            "started_on": now if state == "running" else False,
            "figures": dict(periods._asdict()),
        }

    def _end(self, state, **values):
        """Close the erasures of ``self``, sealed where something was done."""
        for purge in self.sudo()._proof_unlocked():  # sudo: the log's own code
            purge.write({"state": state, "ended_on": fields.Datetime.now(), **values})
            if state == "done":
                purge.seal = purge._digest()
        self._close_activities()

    def action_stop(self):
        """Stop after the batch that is being erased; what is gone stays gone."""
        self._check_manager()
        self.check_access("read")
        running = self.filtered(lambda purge: purge.state == "running")
        running.sudo()._proof_unlocked().write({"state": "stopped"})  # checked above
        return True

    def action_resume(self):
        """Go on where it was stopped."""
        self._check_manager()
        self.check_access("read")
        stopped = self.filtered(lambda purge: purge.state == "stopped")
        for company in stopped.company_id:  # the worker would stop again, mutely
            self._check_switched_on(company)
        stopped.sudo()._proof_unlocked().write({"state": "running"})  # checked above
        stopped._trigger_worker()
        return True

    def action_give_up(self):
        """End it: what was not reached stays, and may be erased another time."""
        self._check_manager()
        self.check_access("read")
        stopped = self.filtered(lambda p: p.state in ("stopped", "proposed"))
        # sudo: the manager was checked
        lines = stopped.sudo().line_ids._proof_unlocked()
        lines.filtered(lambda line: line.state == "planned").write(
            {"state": "kept", "reason": "stopped"}
        )
        for purge in stopped:
            purge._end("done" if purge.line_ids else "cancelled")
        return True

    def action_open_lines(self):
        """Show the records of the erasure, without personal data."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "dunning.purge.line",
            "view_mode": "list",
            "domain": [("purge_id", "=", self.id)],
        }

    @api.model
    def _rule_labels(self):
        """Return {rule: its name}."""
        rules = self.env["dunning.purge.line"]._fields["rule"]
        return dict(rules._description_selection(self.env))
