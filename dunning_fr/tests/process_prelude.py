"""What the code of the process tests may use; see ``process_actor.py``.

``env`` is an environment of the superuser, ``result`` hands a value to the test.
"""

DAY = "2026-03-16"
DUE = "2026-03-02"  # two weeks late: the first level

env = globals()["env"]
Notice = env["dunning.notice"]


def complete_company(port):
    company = env.company
    company.write(
        {
            "name": "Atelier Verdon SARL",
            "street": "12 rue des Tanneurs",
            "zip": "69009",
            "city": "Lyon",
            "email": "compta@atelier.example",
            "phone": "+33 4 99 99 01 02",
            "company_registry": "91234567500017",
            "dunning_rcs_city": "Lyon",
            "dunning_legal_form": "SARL",
            "dunning_capital": "50 000 €",
            "dunning_signatory_name": "Camille Verdon",
            "dunning_signatory_title": "Gérante",
        }
    )
    journals = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    journals.set_bank_account("FR7630006000011234567890189")
    env["ir.mail_server"].search([]).unlink()
    env["ir.mail_server"].create(
        {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port}
    )
    env.cr.commit()


def policy(*channels, formal=False):
    """Return a policy of one level that leaves through ``channels``."""
    found = env["dunning.channel"].search([("code", "in", channels)])
    text = env.ref(
        "dunning_fr.mail_template_a3" if formal else "dunning_fr.mail_template_a2"
    )
    level = {
        "name": "Level",
        "sequence": 1,
        "delay_days": 7,
        "is_formal_notice": formal,
        "template_id": text.id,
        "channel_ids": found.ids,
    }
    return env["dunning.policy"].create(
        {"name": " ".join(channels), "level_ids": [(0, 0, level)]}
    )


def customer(name, email=None, through=None, **values):
    return env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "debtor_kind": "professional",
            "street": "5 avenue des Tilleuls",
            "zip": "69003",
            "city": "Lyon",
            "country_id": env.ref("base.fr").id,
            "lang": "fr_FR",
            "email": email or f"{name.lower()}@client.example",
            "dunning_policy_id": (through or policy("email")).id,
            **values,
        }
    )


def invoice(partner, amount=1000, due=DUE, pdf=None):
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-02-02",
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                (0, 0, {"name": "Prestation", "price_unit": amount, "tax_ids": False})
            ],
        }
    )
    move.action_post()
    if pdf:
        move.message_main_attachment_id = env["ir.attachment"].create(
            {
                "name": pdf,
                "raw": b"%PDF-1.4 copy",
                "res_model": move._name,
                "res_id": move.id,
            }
        )
    return move


def pay(move, amount=None):
    register = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    values = {"payment_date": "2026-03-10", **({"amount": amount} if amount else {})}
    register.create(values)._create_payments()


def forget(*partners):
    """Cancel what other tests have left in the queue."""
    waiting = Notice.search([("state", "in", ("draft", "queued", "failed", "unknown"))])
    others = waiting.filtered(lambda notice: notice.partner_id not in partners)
    others.dispatch_ids.filtered(lambda d: d.state == "sending")._move("unknown")
    others.dispatch_ids.filtered(lambda d: d.state == "unknown")._move("failed")
    others._cancel_with_reason("left by another test")


def queue(*partners):
    """Draft and queue what ``partners`` owe; return their notices."""
    forget(*partners)
    run = env["dunning.run"].create({"date": DAY})
    run.action_prepare()
    notices = run.notice_ids.filtered(lambda n: n.partner_id in partners)
    (run.notice_ids - notices)._cancel_with_reason("not of this test")
    notices.action_send()
    env.cr.commit()
    return notices


def told(*names):
    """Return {customer: its last notice, told for the test}."""
    env.invalidate_all()
    partners = env["res.partner"].search([("name", "in", names)])
    return {
        partner.name: tell(Notice.search([("partner_id", "=", partner.id)], limit=1))
        for partner in partners
    }


def tell(notice):
    return {
        "name": notice.name,
        "state": notice.state,
        "reason": notice.failure_reason or "",
        "letter": bool(notice.attachment_id),
        "intact": notice._is_untampered(),
        "dispatches": {
            d.channel_code: {
                "state": d.state,
                "reason": d.failure_reason or "",
                "attempts": d.attempts,
                "message_id": d.message_id,
            }
            for d in notice.dispatch_ids
            if d.state != "cancelled"
        },
    }


def serve():
    """Do what the scheduled action does, and see what it has committed."""
    env.cr.commit()
    Notice._process_queue()
    env.invalidate_all()


def last(name):
    """Return the last notice to the customer called ``name``."""
    return Notice.search([("partner_id.name", "=", name)], limit=1)
