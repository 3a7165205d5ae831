"""Every invariant has a database object, and each is broken here once."""

from psycopg2.errors import CheckViolation, IntegrityError, UniqueViolation

from odoo import Command, models
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

DAY, DUE = "2026-03-16", "2026-03-02"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConstraints(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, DUE)
        cls.notice = cls._run(DAY).notice_ids
        cls.debtor = cls.notice.debtor_id
        cls.level = cls.policies["professional"].level_ids[0]

    def _declared(self):
        """Return the names of our rules in the database, indexes for speed apart."""
        kinds = (models.Constraint, models.UniqueIndex)
        return {
            name
            for model in self.env.values()
            for name, rule in model._table_objects.items()
            if isinstance(rule, kinds) and rule._module == "dunning_fr"
        }

    def _case_step(self):
        case = self.env["dunning.case"].create(
            {
                "debtor_id": self.debtor.id,
                "procedure_id": self.env["dunning.procedure"]._by_code("fond").id,
                "move_ids": [Command.set(self.invoice.ids)],
                "date": DAY,
            }
        )
        return case.step_ids[0]

    def _hold_document(self, **values):
        holds = self.env["dunning.hold"]
        domain = [("debtor_id", "=", self.debtor.id), ("kind", "=", "plan")]
        hold = holds.search(domain, limit=1) or holds.create(
            {"debtor_id": self.debtor.id, "kind": "plan"}
        )
        documents = self.env["dunning.hold.document"].sudo()._proof_unlocked()
        return documents.create(
            {
                "hold_id": hold.id,
                "kind": "agreement",
                "name": "E-1/F1-1",
                "version": 1,
                "date": DUE,
                "lang": "en_US",
                "subject": "x",
                "body": "x",
                "recipient_name": "x",
                **values,
            }
        )

    def _far_breaches(self):
        """Break the rules that keep days where others can be counted from them."""
        debtor, far = self.debtor, "9999-12-31"
        holds, events = self.env["dunning.hold"], self.env["dunning.limitation.event"]
        hold = {"debtor_id": debtor.id, "date_from": DAY}
        event = {"debtor_id": debtor.id, "kind": "mediation", "date": DAY}
        document = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        proof = {"attachment_ids": [Command.set(document.ids)]}
        line = {"due_date": far, "amount": 1}
        breaches = {
            "account_move_dunning_days_countable": lambda: self.invoice.write(
                {"dunning_term_start": far}
            ),
            "dunning_debtor_quiet_countable": lambda: debtor.write(
                {"quiet_from": DAY, "quiet_to": far}
            ),
            "dunning_hold_days_countable": lambda: holds.create(
                {**hold, "date_to": far}
            ),
            "dunning_instalment_day_countable": lambda: self.env[
                "dunning.instalment"
            ].create({**line, "hold_id": holds.create({**hold, "kind": "plan"}).id}),
            "dunning_limitation_event_days_countable": lambda: events.create(
                {**event, **proof, "date_to": far}
            ),
        }
        return {name: (CheckViolation, attempt) for name, attempt in breaches.items()}

    def _breaches(self):
        """Return {name of the rule: (error, function that breaks it)}."""
        env, debtor, level, notice = self.env, self.debtor, self.level, self.notice
        trusted = notice.sudo()._proof_unlocked()
        rate, parameter = env["dunning.rate"], env["dunning.parameter"]
        rates = {"ecb_rate": 2, "legal_rate": 2, "legal_rate_individual": 6}
        figure = {"key": "x.y", "name": "X", "value": 1}
        injonction = env.ref("dunning_fr.dunning_procedure_injonction")
        conditions = env["dunning.procedure.condition"]
        condition = {
            "procedure_id": injonction.id,
            "criterion": "consumer",
            "explanation": "X",
        }
        costs = env["dunning.procedure.cost"]
        snooze = {
            "debtor_id": debtor.id,
            "date_from": DUE,
            "until": DAY,
            "user_id": env.uid,
        }
        cost = {"procedure_id": injonction.id, "name": "X"}
        hold = {"debtor_id": debtor.id, "date_from": DAY}
        opening = {
            "company_id": self.company.id,
            "move_name": "F1",
            "document_key": "1:2026-01-01",
            "date_maturity": "2026-01-01",
            "date": DAY,
            "reason": "By phone",
        }
        dispatch = {
            "notice_id": notice.id,
            "channel_id": env["dunning.channel"].search([], limit=1).id,
        }
        item = {
            "company_id": self.company.id,
            "document_key": f"{self.invoice.id}:{DUE}",
            "move_id": self.invoice.id,
            "partner_id": self.pro.id,
            "date_maturity": DUE,
            "level": 1,
            "last_date": DAY,
        }
        openings = env["dunning.opening.level"].sudo()
        intakes = env["dunning.intake"].sudo()
        intake = {
            "company_id": self.company.id,
            "move_line_id": self.invoice.line_ids[0].id,
            "move_name": "x",
            "document": "x",
            "partner_id": self.pro.id,
            "date_maturity": DUE,
            "currency_id": self.company.currency_id.id,
        }
        dispatches = env["dunning.dispatch"].sudo()._proof_unlocked()
        returns = env["dunning.return"].sudo()
        returned = {
            "company_id": self.company.id,
            "partner_id": self.pro.id,
            "move_name": "F1",
            "document_key": f"{self.invoice.id}:{DUE}",
            "date_maturity": DUE,
            "kind": "cheque",
            "date": DAY,
            "payment_date": DUE,
            "payment_amount": 1000,
            "currency_id": self.company.currency_id.id,
            "restart_level": 1,
            "proof": "Bank advice",
        }
        receipts = env["dunning.receipt"].sudo()._proof_unlocked()
        receipt = {
            "notice_id": notice.id,
            "file": "eA==",
            "file_name": "x",
            "sha256": "x",
        }
        event = {"debtor_id": debtor.id, "kind": "mediation", "date": DAY}
        told = {
            "debtor_id": debtor.id,
            "code": "limitation",
            "subject": "1",
            "label": "F1",
            "date": DAY,
            "limit_date": DAY,
        }
        template = {
            "procedure_id": env["dunning.procedure"]._by_code("fond").id,
            "code": "x",
            "name": "X",
        }
        suspension = {"dunning_suspension_from": DAY, "dunning_suspension_to": DUE}

        def twice(records, values):
            return lambda: records.create([values, values])

        def archived_channel():
            channels = env["dunning.channel"].sudo()
            code = channels.search([], limit=1).code
            channels.create({"name": "x", "code": code, "active": False})

        return {
            "dunning_aged_balance_bounds_rise": (
                CheckViolation,
                lambda: env["dunning.aged.balance"].create({"bound_2": 30}),
            ),
            **self._charge_breaches(),
            **self._case_breaches(),
            **self._bad_debt_breaches(),
            **self._purge_breaches(),
            **self._far_breaches(),
            "dunning_channel_code_unique": (UniqueViolation, archived_channel),
            "dunning_debtor_partner_company_unique": (
                UniqueViolation,
                lambda: debtor.create(
                    {"partner_id": self.pro.id, "company_id": self.company.id}
                ),
            ),
            "dunning_debtor_quiet_order": (
                CheckViolation,
                lambda: debtor.write({"quiet_from": DAY, "quiet_to": DUE}),
            ),
            "dunning_dispatch_one_live": (UniqueViolation, twice(dispatches, dispatch)),
            "dunning_fallback_channel_unique": (
                UniqueViolation,
                lambda: level.policy_id.fallback_ids.copy(),
            ),
            "dunning_lost_address_live_once": (
                UniqueViolation,
                twice(
                    env["dunning.lost.address"].sudo(),
                    {
                        "company_id": self.company.id,
                        "email": "a@b.example",
                        "since": f"{DAY} 10:00:00",
                    },
                ),
            ),
            "dunning_hold_amount_positive": (
                CheckViolation,
                lambda: env["dunning.hold"].create({**hold, "amount": -0.01}),
            ),
            "dunning_hold_covered_positive": (
                CheckViolation,
                lambda: env["dunning.hold"].create({**hold, "covered_interest": -1}),
            ),
            "dunning_hold_document_presented_order": (
                CheckViolation,
                lambda: self._hold_document(posted_on=DAY, presented_on=DUE),
            ),
            "dunning_hold_document_version_unique": (
                UniqueViolation,
                lambda: self._hold_document() + self._hold_document(),
            ),
            "dunning_instalment_amount_positive": (
                CheckViolation,
                lambda: env["dunning.instalment"].create(
                    {
                        "hold_id": env["dunning.hold"]
                        .create({**hold, "kind": "plan"})
                        .id,
                        "due_date": DAY,
                        "amount": 0,
                    }
                ),
            ),
            "res_company_dunning_plan_positive": (
                CheckViolation,
                lambda: self.company.write({"dunning_plan_notice_days": 7}),
            ),
            "dunning_dispute_entry_amount_positive": (
                CheckViolation,
                lambda: (
                    env["dunning.hold"]
                    .create(hold)
                    .entry_ids.create(
                        {
                            "hold_id": env["dunning.hold"].create(hold).id,
                            "text": "x",
                            "amount": -1,
                        }
                    )
                ),
            ),
            "dunning_hold_grace_positive": (
                CheckViolation,
                lambda: env["dunning.hold"].create({**hold, "grace_days": -1}),
            ),
            "dunning_hold_pause_ends": (
                CheckViolation,
                lambda: env["dunning.hold"].create({**hold, "suspends_interest": True}),
            ),
            "dunning_hold_date_order": (
                CheckViolation,
                # in SQL: the model refuses it before, with the name of the debtor
                lambda: env.cr.execute(
                    "UPDATE dunning_hold SET date_to = %s WHERE id = %s",
                    [DUE, env["dunning.hold"].create(hold).id],
                ),
            ),
            "dunning_hold_proceedings_kind": (
                CheckViolation,
                lambda: env["dunning.hold"].create(
                    {**hold, "kind": "dispute", "proceedings": "liquidation"}
                ),
            ),
            "dunning_hold_grace_ends": (
                CheckViolation,
                lambda: (
                    env["dunning.hold"]
                    .create({**hold, "kind": "grace", "date_to": DAY})
                    .write({"suspends_interest": False, "date_to": False})
                ),
            ),
            "dunning_hold_sent_after_asked": (
                CheckViolation,
                lambda: env["dunning.hold"].create(
                    {**hold, "kind": "document", "sent_on": DUE}
                ),
            ),
            "dunning_hold_factor_account": (
                CheckViolation,
                lambda: env["dunning.hold"].create(
                    {**hold, "kind": "factored", "factor_mode": "own_name"}
                ),
            ),
            "dunning_hold_factor_kind": (
                CheckViolation,
                lambda: env["dunning.hold"].create({**hold, "factor_mode": "excluded"}),
            ),
            "res_company_dunning_hold_positive": (
                CheckViolation,
                lambda: self.company.write({"dunning_document_days": -1}),
            ),
            "dunning_hold_confidential_is_neutral": (
                CheckViolation,
                lambda: env["dunning.hold"].create(
                    {
                        **hold,
                        "kind": "other",
                        "confidential_kind": "conciliation",
                        "reason": "Conciliation",
                    }
                ),
            ),
            "dunning_watch_told_once": (
                UniqueViolation,
                twice(env["dunning.watch"].sudo(), told),
            ),
            "dunning_limitation_event_date_order": (
                CheckViolation,
                lambda: env["dunning.limitation.event"].create(
                    {**event, "date_to": DUE}
                ),
            ),
            "dunning_limitation_event_step_once": (
                UniqueViolation,
                lambda: env["dunning.limitation.event"].create(
                    [{**event, "case_step_id": self._case_step().id}] * 2
                ),
            ),
            "dunning_limitation_event_years_agreed": (
                CheckViolation,
                lambda: env["dunning.limitation.event"].create({**event, "years": 3}),
            ),
            "dunning_limitation_event_ended_why": (
                CheckViolation,
                lambda: env["dunning.limitation.event"].create(
                    {**event, "state": "wiped_out", "ended_on": DAY}
                ),
            ),
            "dunning_behaviour_partner_unique": (
                UniqueViolation,
                twice(
                    env["dunning.behaviour"].sudo(),
                    {
                        "company_id": self.company.id,
                        "partner_id": self.pro.id,
                        "computed_on": DAY,
                    },
                ),
            ),
            "res_company_dunning_cover_positive": (
                CheckViolation,
                lambda: self.company.write({"dunning_solvency_months": -1}),
            ),
            "dunning_debtor_insured_amount_positive": (
                CheckViolation,
                lambda: debtor.write({"insured_amount": -0.01}),
            ),
            "res_company_dunning_profile_order": (
                CheckViolation,
                lambda: self.company.write({"dunning_profile_chronic_days": 5}),
            ),
            "res_company_dunning_desk_weights": (
                CheckViolation,
                lambda: self.company.write({"dunning_desk_late_weight": -1}),
            ),
            "dunning_snooze_dates": (
                CheckViolation,
                lambda: env["dunning.snooze"].sudo().create({**snooze, "until": DUE}),
            ),
            "dunning_snooze_one_live": (
                UniqueViolation,
                twice(env["dunning.snooze"].sudo(), snooze),
            ),
            "dunning_item_key_unique": (
                UniqueViolation,
                twice(env["dunning.item"].sudo(), item),
            ),
            "dunning_level_call_positive": (
                CheckViolation,
                lambda: level.write({"call_days": -1}),
            ),
            "dunning_level_positive": (
                CheckViolation,
                lambda: level.write({"min_interval_days": -1}),
            ),
            "dunning_level_sequence_range": (
                CheckViolation,
                lambda: level.write({"sequence": 0}),
            ),
            "dunning_level_sequence_unique": (
                UniqueViolation,
                lambda: level.write({"sequence": 2, "delay_days": 20}),
            ),
            "dunning_notice_number_once": (UniqueViolation, self._number_twice),
            "dunning_notice_refused_xor_unclaimed": (
                CheckViolation,
                lambda: trusted.write({"refused": True, "unclaimed": True}),
            ),
            "dunning_policy_returned_level_range": (
                CheckViolation,
                lambda: level.policy_id.write({"returned_level": 4}),
            ),
            "dunning_return_proved": (
                CheckViolation,
                lambda: returns.create({**returned, "proof": " "}),
            ),
            "dunning_return_restart_range": (
                CheckViolation,
                lambda: returns.create({**returned, "restart_level": 4}),
            ),
            "dunning_return_date_order": (
                CheckViolation,
                lambda: returns.create({**returned, "payment_date": "2026-03-17"}),
            ),
            "dunning_return_once": (UniqueViolation, twice(returns, returned)),
            "dunning_receipt_scan_once": (UniqueViolation, twice(receipts, receipt)),
            "dunning_level_auto_formal": (
                CheckViolation,
                lambda: level.write({"auto_send_formal": True}),
            ),
            "dunning_notice_public_by_person": (
                CheckViolation,
                lambda: trusted.write(
                    {
                        "is_automatic": True,
                        "is_formal_notice": True,
                        "debtor_kind": "public",
                    }
                ),
            ),
            "dunning_notice_level_or_pre": (
                CheckViolation,
                lambda: trusted.write({"level_id": False}),
            ),
            "dunning_notice_one_draft": (UniqueViolation, self._second_draft),
            "dunning_intake_one_live": (UniqueViolation, twice(intakes, intake)),
            "dunning_opening_level_item_unique": (
                UniqueViolation,
                twice(openings, {**opening, "sequence": 1}),
            ),
            "dunning_opening_level_formal_order": (
                CheckViolation,
                lambda: openings.create(
                    {
                        **opening,
                        "sequence": 3,
                        "formal_posted_date": DAY,
                        "formal_presented_date": DUE,
                    }
                ),
            ),
            "dunning_opening_level_sequence_range": (
                CheckViolation,
                lambda: openings.create({**opening, "sequence": 3}),
            ),
            "dunning_parameter_dates_in_order": (
                CheckViolation,
                lambda: parameter.create({**figure, "date_from": DAY, "date_to": DUE}),
            ),
            "dunning_parameter_key_date_unique": (
                UniqueViolation,
                twice(parameter, {**figure, "date_from": DAY}),
            ),
            "dunning_procedure_step_code_unique": (
                UniqueViolation,
                twice(env["dunning.procedure.step"], template),
            ),
            "dunning_procedure_step_dates_in_order": (
                CheckViolation,
                lambda: env["dunning.procedure.step"].create(
                    {**template, "date_from": DAY, "date_to": DUE}
                ),
            ),
            "dunning_procedure_code_unique": (
                UniqueViolation,
                lambda: env["dunning.procedure"].create(
                    {"code": "l126", "name": "Twice, one switched off"}
                ),
            ),
            "dunning_procedure_dates_in_order": (
                CheckViolation,
                lambda: env["dunning.procedure"].create(
                    {"code": "x", "name": "X", "date_from": DAY, "date_to": DUE}
                ),
            ),
            "dunning_procedure_condition_dates_in_order": (
                CheckViolation,
                lambda: conditions.create(
                    {**condition, "date_from": DAY, "date_to": DUE}
                ),
            ),
            "dunning_procedure_condition_ceiling_named": (
                CheckViolation,
                lambda: conditions.create({**condition, "criterion": "amount_above"}),
            ),
            "dunning_procedure_condition_fact_named": (
                CheckViolation,
                lambda: conditions.create({**condition, "criterion": "fact_missing"}),
            ),
            "dunning_procedure_cost_dates_in_order": (
                CheckViolation,
                lambda: costs.create({**cost, "date_from": DAY, "date_to": DUE}),
            ),
            "dunning_procedure_cost_bracket_in_order": (
                CheckViolation,
                lambda: costs.create({**cost, "claim_above": 10, "claim_up_to": 10}),
            ),
            "dunning_procedure_cost_bracket_once": (
                CheckViolation,
                lambda: costs.create(
                    {
                        **cost,
                        "claim_above": 10,
                        "claim_above_key": "fr.tae_contribution_min",
                    }
                ),
            ),
            "dunning_procedure_cost_amount_positive": (
                CheckViolation,
                lambda: costs.create({**cost, "amount": -1}),
            ),
            "res_company_dunning_employees_positive": (
                CheckViolation,
                lambda: self.company.write({"dunning_employees": -1}),
            ),
            **self._document_breaches(),
            "dunning_court_dates_in_order": (
                CheckViolation,
                lambda: env["dunning.court"].create(
                    {
                        "name": "X",
                        "kind": "judicial",
                        "date_from": DAY,
                        "date_to": DUE,
                    }
                ),
            ),
            "dunning_policy_one_default": (
                UniqueViolation,
                lambda: self.policies["public"].copy(
                    {"default_for_kind": "professional"}
                ),
            ),
            "dunning_rate_date_from_semester": (
                CheckViolation,
                lambda: rate.create({"date_from": "2030-02-01", **rates}),
            ),
            "dunning_rate_date_from_unique": (
                UniqueViolation,
                lambda: rate.create({"date_from": "2026-07-01", **rates}),
            ),
            "dunning_rate_rates_possible": (
                CheckViolation,
                lambda: rate.create(
                    {"date_from": "2030-01-01", **rates, "legal_rate": 0}
                ),
            ),
            "account_move_dunning_suspension": (
                CheckViolation,
                lambda: self.invoice.write(suspension),
            ),
        }

    def _document_breaches(self):
        kinds = self.env["dunning.document.kind"]
        request = kinds._by_code("injonction")
        case = self.env["dunning.case"].create(
            {
                "debtor_id": self.debtor.id,
                "procedure_id": request.procedure_ids.id,
                "move_ids": [Command.set(self._invoice(100, DUE).ids)],
                "date": DAY,
            }
        )
        documents = self.env["dunning.document"].sudo()._proof_unlocked()
        document = {
            "case_id": case.id,
            "number": 1,
            "name": "X",
            "kind": "injonction",
            "kind_id": request.id,
            "version": 1,
            "date": DAY,
            "amounts_date": DAY,
            "title": "X",
            "body": "X",
            "recipient": "none",
            "currency_id": case.currency_id.id,
        }
        return {
            "dunning_document_number_unique": (
                UniqueViolation,
                lambda: documents.create([document, {**document, "name": "Y"}]),
            ),
            "dunning_document_kind_code_unique": (
                UniqueViolation,
                lambda: request.copy(),
            ),
            "dunning_document_kind_dates_in_order": (
                CheckViolation,
                lambda: request.write({"date_from": DAY, "date_to": DUE}),
            ),
            "dunning_case_proved_costs_positive": (
                CheckViolation,
                lambda: case.write({"proved_costs": -1}),
            ),
        }

    def _charge_breaches(self):
        charges, waived = self.env["dunning.charge"].sudo(), {"waived_on": DAY}
        indemnity = {
            "company_id": self.company.id,
            "partner_id": self.pro.id,
            "debtor_kind": "professional",
            "currency_id": self.company.currency_id.id,
            "kind": "indemnity",
            "amount": 40,
            "move_id": self.invoice.id,
            "move_name": "F1",
            "document_key": f"{self.invoice.id}:{DUE}",
            "indemnity_document": str(self.invoice.id),
        }
        interest = {
            **indemnity,
            "kind": "interest",
            "indemnity_document": False,
            "date_from": DUE,
            "date_to": DAY,
        }
        waived |= {"waive_reason": "Agreed", "waived_by": self.env.uid}
        wrong = {
            "amount_positive": {"amount": 0},
            "indemnity_kinds": {"debtor_kind": "consumer"},
            "public_never_waived": {"debtor_kind": "public", **waived},
            "waived_with_reason": {**waived, "waive_reason": False},
        }
        found = {
            name: lambda values=values: charges.create({**indemnity, **values})
            for name, values in wrong.items()
        }
        found["interest_dates"] = lambda: charges.create({**interest, "date_to": False})
        twice = {"one_indemnity": indemnity, "one_period": interest}
        return {
            **{f"dunning_charge_{n}": (CheckViolation, f) for n, f in found.items()},
            **{
                f"dunning_charge_{name}": (
                    UniqueViolation,
                    lambda values=values: charges.create([values, values]),
                )
                for name, values in twice.items()
            },
        }

    def _case_breaches(self):
        cases = self.env["dunning.case"].sudo()._trusted()
        values = {
            "debtor_id": self.debtor.id,
            "procedure_id": self.env["dunning.procedure"]._by_code("fond").id,
            "move_ids": [Command.set(self.invoice.ids)],
            "date": DAY,
        }

        def same_number():
            case = cases.create(values)
            case.state = "withdrawn"
            cases.create(values).name = case.name

        def step_twice():
            step = cases.create(values).step_ids[0]
            row = step.procedure_step_id
            step.create(
                {
                    "case_id": step.case_id.id,
                    "procedure_step_id": row.id,
                    "name": row.name,
                }
            )

        def decided(**changed):
            case = cases.create(values)
            case.state = "filed"
            decision = {"case_id": case.id, "date": DAY, **changed}
            return self.env["dunning.case.decision"].create(decision)

        def origin_twice():
            rows = self.env["dunning.case.exhibit"].sudo()._trusted()
            row = {
                "case_id": cases.create(values).id,
                "title": "Invoice",
                "origin_model": "account.move",
                "origin_id": self.invoice.id,
            }
            rows.create([row, row])

        def two_files(**changed):
            files = self.env["dunning.court.file"].sudo()._proof_unlocked()
            row = {
                "name": "File",
                "case_id": cases.create(values).id,
                "version": 1,
                "date": DAY,
                "user_id": self.env.uid,
                "state": "ready",
            }
            files.create([{**row, **changed}, {**row, **changed, "version": 2}])
            files.create({**row, **changed})

        return {
            "dunning_court_file_version_unique": (UniqueViolation, two_files),
            "dunning_court_file_one_running": (
                UniqueViolation,
                lambda: two_files(state="queued"),
            ),
            "dunning_case_exhibit_origin_once": (UniqueViolation, origin_twice),
            "dunning_case_name_unique": (UniqueViolation, same_number),
            "dunning_case_step_code_unique": (UniqueViolation, step_twice),
            "dunning_case_decision_dates_in_order": (
                CheckViolation,
                lambda: decided(served_date=DUE),
            ),
            "dunning_case_decision_amounts_positive": (
                CheckViolation,
                lambda: decided(amount_costs=-1),
            ),
        }

    def _second_draft(self):
        """Copy the draft by SQL: the ORM's own guards are not what is tested."""
        self.env.cr.execute(
            """
            INSERT INTO dunning_notice (name, debtor_id, partner_id, company_id,
                   currency_id, policy_id, level_id, state, date)
            SELECT 'REL/TWICE', debtor_id, partner_id, company_id, currency_id,
                   policy_id, level_id, state, date
              FROM dunning_notice WHERE id = %s
            """,
            [self.notice.id],
        )

    def _bad_debt_breaches(self):
        steps = self.env["dunning.bad.debt"].sudo()
        events = self.env["dunning.loss.event"]
        step = {
            "step": "doubtful",
            "company_id": self.company.id,
            "partner_id": self.pro.id,
            "move_id": self.invoice.id,
            "move_line_id": self.invoice.line_ids[0].id,
            "move_name": "F1",
            "document_key": f"{self.invoice.id}:{DUE}",
            "currency_id": self.company.currency_id.id,
            "amount_company": 100,
            "date": DAY,
            "entry_id": self.invoice.id,
        }
        event = {"code": "x", "name": "X"}
        return {
            "dunning_bad_debt_amount_positive": (
                CheckViolation,
                lambda: steps.create({**step, "amount_company": 0}),
            ),
            "dunning_bad_debt_vat_within": (
                CheckViolation,
                lambda: steps.create({**step, "amount_vat": 10, "vat_recovered": 11}),
            ),
            "dunning_bad_debt_taken_back_whole": (
                CheckViolation,
                lambda: steps.create({**step, "state": "reversed"}),
            ),
            "dunning_bad_debt_doubtful_once": (
                UniqueViolation,
                lambda: steps.create([step, step]),
            ),
            "dunning_loss_event_code_unique": (
                UniqueViolation,
                lambda: events.create([event, event]),
            ),
            "dunning_loss_event_dates_in_order": (
                CheckViolation,
                lambda: events.create({**event, "date_from": DAY, "date_to": DUE}),
            ),
        }

    def _purge_breaches(self):
        purges = self.env["dunning.purge"].sudo()._proof_unlocked()
        values = {"name": "X", "company_id": self.company.id, "date": DAY}

        def record_twice():
            line = {
                "purge_id": purges.create(values).id,
                "company_id": self.company.id,
                "rule": "notes",
                "res_model": "dunning.hold",
                "res_id": 1,
                "state": "planned",
            }
            purges.line_ids._proof_unlocked().create([line, line])

        return {
            "dunning_purge_one_open": (
                UniqueViolation,
                lambda: purges.create([values, values]),
            ),
            "dunning_purge_line_record_once": (UniqueViolation, record_twice),
            "res_company_dunning_retention_positive": (
                CheckViolation,
                lambda: self.company.write({"dunning_retention_notes_months": -1}),
            ),
        }

    def _number_twice(self):
        """Give two notices one registered number, spelt differently."""
        self.env.cr.execute(
            """
            UPDATE dunning_notice SET tracking_number = '1A 2b', state = 'cancelled'
             WHERE id = %s
            """,
            [self.notice.id],
        )
        self._second_draft()
        self.env.cr.execute(
            "UPDATE dunning_notice SET tracking_number = '1a2B' WHERE name ='REL/TWICE'"
        )

    def test_every_database_rule_is_broken_once(self):
        """A rule without a case here, or a case without a rule, is the failure."""
        breaches = self._breaches()
        self.assertEqual(set(breaches), self._declared())
        for name, (error, attempt) in breaches.items():
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError) as caught,
                self.env.cr.savepoint(),
            ):
                attempt()
                self.env.flush_all()
            with self.subTest(name, check="which rule"):
                self.assertIsInstance(caught.exception, error)
                self.assertEqual(caught.exception.diag.constraint_name, name)
            self.env.invalidate_all()

    def test_values_of_a_level_at_their_bounds(self):
        for name in ("delay_days", "min_interval_days", "min_amount", "deadline_days"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.level.write({name: -1})
                self.env.flush_all()
            self.env.invalidate_all()
            self.level.write({name: 0})
            self.env.flush_all()

    def test_rates_that_cannot_be(self):
        """R9.3; the ECB rate was 0 for years, a legal rate never."""
        values = {"ecb_rate": 0, "legal_rate": 0.01, "legal_rate_individual": 0.01}
        for day, changed, is_fine in (
            ("2030-01-01", {}, True),
            ("2030-07-01", {}, True),
            ("2031-01-02", {}, False),
            ("2031-04-01", {}, False),
            ("2031-01-01", {"ecb_rate": -0.001}, False),
            ("2031-01-01", {"legal_rate": 0}, False),
            ("2031-01-01", {"legal_rate_individual": 0}, False),
        ):
            with self.subTest(day=day, **changed):
                row = {"date_from": day, **values, **changed}
                if is_fine:
                    self.assertTrue(self.env["dunning.rate"].create(row))
                    continue
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(CheckViolation),
                    self.env.cr.savepoint(),
                ):
                    self.env["dunning.rate"].create(row)
                    self.env.flush_all()

    def test_a_default_policy_is_one_per_kind_and_company_while_active(self):
        public = self.policies["public"]
        public.active = False
        self.env.flush_all()
        other = public.copy({"default_for_kind": "public", "active": True})
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            public.active = True
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(other.default_for_kind, "public")
        self.assertFalse(self.policies["consumer"].copy().default_for_kind)

    def test_dates_of_a_hold(self):
        holds = self.env["dunning.hold"]
        one_day = holds.create(
            {"debtor_id": self.debtor.id, "date_from": DAY, "date_to": DAY}
        )
        self.env.flush_all()
        self.assertEqual(one_day.state, "active")
        for judgment, publication, is_fine in (
            (DAY, DAY, True),
            (DUE, DAY, True),
            (DAY, False, True),
            (False, DAY, True),
            (DAY, DUE, False),
        ):
            values = {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "judgment_date": judgment,
                "publication_date": publication,
            }
            with self.subTest(judgment=judgment, publication=publication):
                if is_fine:
                    self.assertTrue(holds.create(values))
                    continue
                with self.assertRaisesRegex(ValidationError, "published after"):
                    holds.create(values)

    def test_invoices_of_a_hold_are_its_debtors(self):
        holds, theirs = (
            self.env["dunning.hold"],
            self._invoice(5, DUE, self._customer("Other", "professional")),
        )
        contact = self.env["res.partner"].create(
            {"name": "Accounts", "parent_id": self.pro.id}
        )
        child = self._invoice(5, DUE, contact)
        values = {"debtor_id": self.debtor.id}
        for moves, is_fine in (
            (self.invoice, True),
            (child, True),
            (self.invoice + theirs, False),
            (theirs, False),
        ):
            with self.subTest(moves=moves.mapped("name")):
                own = {**values, "move_ids": [Command.set(moves.ids)]}
                if is_fine:
                    self.assertEqual(holds.create(own).move_ids, moves)
                    continue
                with self.assertRaisesRegex(ValidationError, "is not an invoice of"):
                    holds.create(own)

    def test_release_of_many_holds(self):
        holds = self.env["dunning.hold"].create(
            [{"debtor_id": self.debtor.id, "kind": kind} for kind in ("plan", "other")]
        )
        self.assertIs(holds.action_release(), True)
        self.assertEqual(holds.mapped("state"), ["released", "released"])
        self.assertTrue(self.env["dunning.hold"].action_release(), "nothing to do")
        self.assertEqual(holds[0].display_name, "Payment plan · Durand SARL")

    def test_reminder_before_the_due_date_needs_days_and_a_text(self):
        policy = self.policies["professional"]
        text = policy.level_ids[0].template_id
        for values, is_fine in (
            ({"pre_reminder_template_id": False, "pre_reminder_days": 7}, False),
            ({"pre_reminder_template_id": text.id, "pre_reminder_days": 0}, False),
            ({"pre_reminder_template_id": text.id, "pre_reminder_days": -1}, False),
            ({"pre_reminder_template_id": text.id, "pre_reminder_days": 1}, True),
        ):
            with self.subTest(**values):
                if is_fine:
                    policy.write({"pre_reminder": True, **values})
                    continue
                with self.assertRaisesRegex(ValidationError, "how many days"):
                    policy.write({"pre_reminder": True, **values})
        policy.write({"pre_reminder": False, "pre_reminder_template_id": False})

    def test_delays_of_a_policy_grow(self):
        """Counted from the due date; a level after the expiry counts from there."""
        policy = self.policies["professional"]
        first, second, third, fourth = policy.level_ids
        for level, delay, is_fine in (
            (second, first.delay_days + 1, True),
            (second, first.delay_days, False),
            (second, third.delay_days, False),
            (fourth, 0, True),
        ):
            with self.subTest(level=level.sequence, delay=delay):
                if is_fine:
                    level.delay_days = delay
                    continue
                with (
                    self.assertRaisesRegex(ValidationError, "needs a longer delay"),
                    self.env.cr.savepoint(),
                ):
                    level.delay_days = delay
                self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "needs a longer delay"):
            fourth.write({"delay_from": "due_date", "delay_days": 30})

    def test_levels_number_themselves_and_stop_at_four(self):
        policy = self.env["dunning.policy"].create({"name": "New"})
        levels = policy.level_ids.create(
            [
                {"policy_id": policy.id, "name": str(n), "delay_days": n * 10}
                for n in range(1, 5)
            ]
        )
        self.assertEqual(levels.mapped("sequence"), [1, 2, 3, 4])
        self.assertEqual(levels[1].display_name, "2. 2")
        with self.assertRaisesRegex(ValidationError, "already has four levels"):
            levels.create({"policy_id": policy.id, "name": "5", "delay_days": 90})
        two = self.env["dunning.policy"].create({"name": "Two"})
        named = [{"policy_id": two.id, "name": "x", "delay_days": n} for n in range(5)]
        with self.assertRaisesRegex(ValidationError, "already has four levels"):
            levels.create(named)

    def test_owners_of_records_stay(self):
        """Invariant 8: no record is pushed into another debtor, policy or company."""
        other = self._customer("Other", "professional")
        self._invoice(1000, DUE, other)
        debtor = self.env["dunning.debtor"].create({"partner_id": other.id})
        hold = self.env["dunning.hold"].create({"debtor_id": debtor.id})
        company = self.env["res.company"].create({"name": "Else"})
        for record, values in (
            (debtor, {"partner_id": self.pro.id}),
            (debtor, {"company_id": company.id}),
            (hold, {"debtor_id": self.debtor.id}),
            (self.level, {"policy_id": self.policies["public"].id}),
            (self.level.policy_id, {"company_id": company.id}),
        ):
            with (
                self.subTest(model=record._name, **values),
                self.assertRaisesRegex(UserError, "does not change any more"),
            ):
                record.write(values)
            with self.subTest("the same owner again", model=record._name):
                [name] = values
                record.write({name: record[name].id})
