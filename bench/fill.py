"""Fill a French database with overdue invoices, in SQL, once.

N posted invoices of N / 10 customers, each with one payment and every second with
two (1.5 N reconciliations), all still owing something; no two of a customer have the
same day and amount, which Odoo would list as duplicates. Run inside Odoo's shell.
"""

PAYMENT = 10  # each payment, on invoices of 1,000 and more

FILL = """
WITH ref AS (
    SELECT c.id AS company, c.currency_id AS currency,
           (SELECT id FROM account_journal
             WHERE company_id = c.id AND type = 'sale' ORDER BY id LIMIT 1) AS sale,
           (SELECT id FROM account_journal
             WHERE company_id = c.id AND type = 'bank' ORDER BY id LIMIT 1) AS bank,
           (SELECT a.id FROM account_account a
              JOIN account_account_res_company_rel r ON r.account_account_id = a.id
             WHERE r.res_company_id = c.id AND a.account_type = 'asset_receivable'
               AND a.non_trade IS NOT TRUE AND a.dunning_excluded IS NOT TRUE
             ORDER BY a.id LIMIT 1) AS receivable,
           (SELECT a.id FROM account_account a
              JOIN account_account_res_company_rel r ON r.account_account_id = a.id
             WHERE r.res_company_id = c.id AND a.account_type = 'income'
             ORDER BY a.id LIMIT 1) AS income,
           (SELECT a.id FROM account_account a
              JOIN account_account_res_company_rel r ON r.account_account_id = a.id
             WHERE r.res_company_id = c.id AND a.account_type = 'asset_cash'
             ORDER BY a.id LIMIT 1) AS cash
      FROM res_company c WHERE c.id = %(company)s
)
"""

INVOICES = """
INSERT INTO account_move (name, move_type, state, journal_id, company_id, currency_id,
                          partner_id, commercial_partner_id, date, invoice_date,
                          invoice_date_due, amount_total, amount_residual,
                          payment_state, auto_post, create_uid, write_uid,
                          create_date, write_date)
SELECT 'BENCH/' || lpad(n::text, 7, '0'), 'out_invoice', 'posted', ref.sale,
       ref.company, ref.currency, p.id, p.id, d, d, d + 30, total,
       total - %(payment)s * (1 + n %% 2), 'partial', 'no', 1, 1, now(), now()
  FROM ref, generate_series(1, %(invoices)s) n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS rank FROM res_partner
         WHERE name LIKE 'Bench %%') p ON p.rank = 1 + n %% %(partners)s,
       LATERAL (SELECT DATE '2026-01-05' + (n * 7 %% 200) AS d) dates,
       LATERAL (SELECT 1000 + n %% 900 + (n / 900 %% 97) / 100.0 AS total) amounts;
"""

LINES = """
INSERT INTO account_move_line (move_id, move_name, journal_id, company_id, currency_id,
                               company_currency_id, account_id, partner_id, date,
                               invoice_date, date_maturity, parent_state, display_type,
                               debit, credit, balance, amount_currency,
                               amount_residual, amount_residual_currency, reconciled,
                               no_followup, create_uid, write_uid, create_date,
                               write_date)
SELECT m.id, m.name, m.journal_id, m.company_id, m.currency_id, m.currency_id,
       side.account, m.partner_id, m.date, m.invoice_date,
       CASE WHEN side.sign = 1 THEN m.invoice_date_due END, 'posted',
       CASE WHEN side.sign = 1 THEN 'payment_term' ELSE 'product' END,
       CASE WHEN side.sign = 1 THEN m.amount_total ELSE 0 END,
       CASE WHEN side.sign = 1 THEN 0 ELSE m.amount_total END,
       side.sign * m.amount_total, side.sign * m.amount_total,
       CASE WHEN side.sign = 1 THEN m.amount_residual ELSE 0 END,
       CASE WHEN side.sign = 1 THEN m.amount_residual ELSE 0 END,
       FALSE, FALSE, 1, 1, now(), now()
  FROM ref, account_move m,
       LATERAL (VALUES (1, ref.receivable), (-1, ref.income)) AS side (sign, account)
 WHERE m.name LIKE 'BENCH/%%';
"""

# Payments: one entry a payment, its receivable side wholly reconciled.
PAYMENTS = """
INSERT INTO account_move (name, ref, move_type, state, journal_id, company_id,
                          currency_id, partner_id, commercial_partner_id, date,
                          amount_total, auto_post, create_uid, write_uid, create_date,
                          write_date)
SELECT 'BENCHPAY/' || m.id || '/' || k, m.id::text, 'entry', 'posted', ref.bank,
       m.company_id, m.currency_id, m.partner_id, m.partner_id, m.date + 40 + k,
       %(payment)s, 'no', 1, 1, now(), now()
  FROM ref, account_move m
  JOIN LATERAL generate_series(1, 1 + substr(m.name, 7)::int %% 2) k ON TRUE
 WHERE m.name LIKE 'BENCH/%%';
"""

PAYMENT_LINES = """
INSERT INTO account_move_line (move_id, move_name, journal_id, company_id, currency_id,
                               company_currency_id, account_id, partner_id, date,
                               date_maturity, parent_state, display_type, debit, credit,
                               balance, amount_currency, amount_residual,
                               amount_residual_currency, reconciled, no_followup,
                               create_uid, write_uid, create_date, write_date)
SELECT m.id, m.name, m.journal_id, m.company_id, m.currency_id, m.currency_id,
       side.account, m.partner_id, m.date, m.date, 'posted', 'product',
       CASE WHEN side.sign = 1 THEN m.amount_total ELSE 0 END,
       CASE WHEN side.sign = 1 THEN 0 ELSE m.amount_total END,
       side.sign * m.amount_total, side.sign * m.amount_total, 0, 0,
       side.sign = -1, FALSE, 1, 1, now(), now()
  FROM ref, account_move m,
       LATERAL (VALUES (1, ref.cash), (-1, ref.receivable)) AS side (sign, account)
 WHERE m.name LIKE 'BENCHPAY/%%';
"""

PARTIALS = """
INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, company_id,
                                       debit_currency_id, credit_currency_id, amount,
                                       debit_amount_currency, credit_amount_currency,
                                       max_date, create_uid, write_uid, create_date,
                                       write_date)
SELECT debit.id, credit.id, debit.company_id, debit.currency_id, debit.currency_id,
       %(payment)s, %(payment)s, %(payment)s, credit.date, 1, 1, now(), now()
  FROM account_move pay
  JOIN account_move_line credit ON credit.move_id = pay.id AND credit.balance < 0
  JOIN account_move_line debit ON debit.move_id = pay.ref::int AND debit.balance > 0
 WHERE pay.name LIKE 'BENCHPAY/%%';
"""


def fill(env, invoices, customers=None):
    """Add overdue ``invoices`` of so many ``customers`` (a tenth) and commit."""
    params = {
        "company": env.company.id,
        "invoices": invoices,
        "partners": customers or max(1, invoices // 10),
        "payment": PAYMENT,
    }
    cr = env.cr
    env["res.partner"].create(
        [
            {
                "name": f"Bench {number}",
                "is_company": True,
                "debtor_kind": "professional",
                "email": f"bench{number}@client.example",
                "street": f"{number} rue du Banc",
                "zip": "75002",
                "city": "Paris",
                "country_id": env.ref("base.fr").id,
            }
            for number in range(params["partners"])
        ]
    )
    env.flush_all()
    for statement in (INVOICES, LINES, PAYMENTS, PAYMENT_LINES):
        cr.execute(FILL + statement, params)
    cr.execute(PARTIALS, params)
    env.invalidate_all()
    cr.commit()
    settle(cr)


def settle(cr):
    """Do at once what autovacuum does within minutes: it must not run meanwhile."""
    cr._cnx.autocommit = True
    cr.execute("VACUUM ANALYZE")
    cr._cnx.autocommit = False
