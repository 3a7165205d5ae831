from .process_case import ProcessCase

TWO_USERS = """
from contextlib import ExitStack
from psycopg2.errors import SerializationFailure
from odoo import api

partner = customer("Dupont")
invoice(partner)
debtor_id = env["dunning.debtor"]._ensure(env.company, partner.ids)[partner.id]
env.cr.commit()

def send(other):
    debtor = other["dunning.debtor"].browse(debtor_id)
    without = debtor._send_statements(debtor.company_id._dunning_today())
    other.flush_all()
    return list(without.values())

told = []
with ExitStack() as stack:
    first, second = (
        api.Environment(stack.enter_context(env.registry.cursor()), 1, {})
        for _ in range(2)
    )
    second.cr.execute("SELECT count(*) FROM mail_mail")  # sees what is there now
    told.append(send(first))
    first.cr.commit()
    try:
        send(second)  # what this one sees is old
    except SerializationFailure as error:
        told.append(type(error).__name__)
    second.cr.rollback()
    second.invalidate_all()
    told.append(send(second))  # as Odoo runs a request again
    second.cr.commit()
env.cr.rollback()
env.invalidate_all()
debtor = env["dunning.debtor"].browse(debtor_id)
mails = env["mail.mail"].search(
    [("mail_message_id", "in", debtor.message_ids.filtered("attachment_ids").ids)]
)
told.append(len(mails))
result(told)
"""


class TestStatementProcess(ProcessCase):
    """Two people press at once: real transactions, side by side."""

    def test_one_statement_leaves(self):
        told = self.main.run(TWO_USERS)
        self.assertEqual(told, [[], "SerializationFailure", ["got one today"], 1])
