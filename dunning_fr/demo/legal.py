"""What went to court in the demo: an order to pay, asked for a week ago."""

CASE = (-6, "altimax")  # days from the last run, customer
COURT = "Tribunal des activités économiques de Lyon"
REGISTER = "bodacc.fr, extrait Kbis"
FIRST_STEP = "request"


def open_case(env, debtor, day):
    """Open a case of ``debtor`` on ``day`` through the wizard, and file its request."""
    debtor.write({"register_checked_on": day, "register_source": REGISTER})
    wizard = env["dunning.legal.wizard"].create({"debtor_id": debtor.id, "date": day})
    wizard._read_items()
    wizard._choose(env.ref("dunning_fr.dunning_procedure_injonction"))
    wizard.write({"court_kind": "economic", "court_name": COURT})
    case = env["dunning.case"].browse(wizard.action_create_case()["res_id"])
    case.step_ids.filtered(lambda step: step.code == FIRST_STEP).date = day
    return case
