"""Every screen opens for those who may see it, and only for them."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestScreens(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = {
            "collector": "dunning_fr.group_dunning_user",
            "manager": "dunning_fr.group_dunning_manager",
            "billing": "account.group_account_invoice",
            "reader": "account.group_account_readonly",
        }
        cls.users = {
            login: new_test_user(
                cls.env,
                login=f"dunning_{login}",
                groups=f"base.group_user,{group}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for login, group in groups.items()
        }
        cls.invoice = cls._invoice(1200, "2026-08-01")
        cls._invoice(300, "2026-08-20", cls._customer("Mairie", "public"))
        cls._invoice(80, "2026-09-01", cls._customer("Inconnu"))
        cls.run_ = cls._run("2026-09-15")
        cls.debtor = cls.env["dunning.debtor"].search(
            [("partner_id", "=", cls.pro.id), ("company_id", "=", cls.company.id)]
        )
        cls.hold = cls.env["dunning.hold"].create({"debtor_id": cls.debtor.id})

    def _read_as_the_client(self, model, views, domain, context=None):
        """Load views and records the way the web client does; return the records."""
        model = model.with_context(**(context or {}))
        loaded = model.get_views(views, {"toolbar": True})
        found = None
        for kind, view in loaded["views"].items():
            if kind == "search":
                continue
            arch = etree.fromstring(view["arch"])
            names = {
                node.get("name")
                for node in arch.iter("field")
                if not any(parent.tag == "field" for parent in node.iterancestors())
            }
            found = model.web_search_read(
                domain, {name: {} for name in names}, limit=10
            )
        return found["records"]

    def _actions(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "dunning_fr"), ("model", "=", "ir.actions.act_window")]
        )
        return self.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def _open(self, action, user):
        if action._name == "ir.actions.server":  # it says itself what opens
            opened = action.with_user(user).run()
            model = self.env[opened["res_model"]].with_user(user)
            domain = [("id", "=", opened["res_id"])]
            return self._read_as_the_client(model, opened["views"], domain)
        model = self.env[action.res_model].with_user(user)
        views = [(view_id, kind) for view_id, kind in action.views]
        views.append((action.search_view_id.id, "search"))
        domain = action.domain and self._evaluated(action.domain) or []
        return self._read_as_the_client(model, views, domain)

    @staticmethod
    def _evaluated(domain):
        return safe_eval(domain, {"active_id": 0, "context": {}, "uid": 2})

    def _menus_of(self, user):
        visible = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        root = self.env.ref("dunning_fr.menu_dunning")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        return menus.filtered(lambda menu: menu.id in visible)

    def test_every_action_opens_for_collectors_and_managers(self):
        for login in ("collector", "manager"):
            for action in self._actions().filtered(lambda a: a.target != "new"):
                with self.subTest(login=login, action=action.name):
                    self._open(action, self.users[login])

    def test_every_menu_entry_of_a_user_opens_for_that_user(self):
        for login, user in self.users.items():
            for menu in self._menus_of(user).filtered("action"):
                with self.subTest(login=login, menu=menu.complete_name):
                    self._open(menu.action, user)

    def test_the_menu_is_for_collectors(self):
        self.assertFalse(self._menus_of(self.users["billing"]))
        self.assertFalse(self._menus_of(self.users["reader"]))
        names = self._menus_of(self.users["collector"]).mapped("name")
        self.assertIn("Runs", names)
        self.assertNotIn("Opening levels", names)
        self.assertIn(
            "Opening levels", self._menus_of(self.users["manager"]).mapped("name")
        )

    def test_invoices_and_contacts_open_for_everybody_in_accounting(self):
        invoices = self.env.ref("account.action_move_out_invoice_type")
        customers = self.env.ref("account.res_partner_action_customer")
        for login, user in self.users.items():
            with self.subTest(login=login):
                self.assertTrue(self._open(invoices, user))
                self.assertTrue(self._open(customers, user))
                form = [(False, "form")]
                for record in (self.invoice, self.pro):
                    model = self.env[record._name].with_user(user)
                    domain = [("id", "=", record.id)]
                    self.assertTrue(self._read_as_the_client(model, form, domain))

    def test_a_billing_user_sees_no_reminder_button_on_the_customer(self):
        arch = self.pro.with_user(self.users["billing"]).get_view(view_type="form")[
            "arch"
        ]
        self.assertNotIn("action_open_dunning_notices", arch)
        arch = self.pro.with_user(self.users["collector"]).get_view(view_type="form")[
            "arch"
        ]
        self.assertIn("action_open_dunning_notices", arch)

    def test_outside_dunning_nobody_reads_notices(self):
        for login in ("billing", "reader"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                self.run_.notice_ids.with_user(self.users[login]).read(["name"])

    def test_the_invoice_says_when_in_the_reader_s_own_way(self):
        """The line a sent notice leaves on its invoices bears no machine's date."""
        self.env["res.lang"]._activate_lang("fr_FR")
        notice = self.run_.notice_ids[:1].with_context(lang="fr_FR")
        line = str(notice._sent_line())
        self.assertNotRegex(line, r"\d{4}-\d{2}-\d{2}")
        self.assertRegex(line, r"\d{2}/\d{2}/\d{4}")

    def test_another_company_sees_no_screen_content(self):
        other = self._create_company(name="Other")
        stranger = new_test_user(
            self.env,
            login="dunning_stranger",
            groups="base.group_user,dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for name in ("dunning.run", "dunning.notice", "dunning.debtor", "dunning.hold"):
            with self.subTest(model=name):
                found = self.env[name].with_user(stranger).search([])
                self.assertFalse(found.filtered(lambda r: r.company_id == self.company))

    # --------------------------------------------------------------- filters

    def _search_views(self):
        """Return [(model name, architecture)] of every search view of the add-on's."""
        actions = self._actions() | self.env.ref("account.action_move_out_invoice_type")
        actions |= self.env.ref("account.res_partner_action_customer")
        seen = set()
        for action in actions.filtered(lambda a: a.target != "new"):
            key = (action.res_model, action.search_view_id.id)
            if key not in seen:
                seen.add(key)
                model = self.env[action.res_model]
                arch = model.get_view(action.search_view_id.id, "search")["arch"]
                yield action.res_model, etree.fromstring(arch)

    def test_every_filter_finds_without_error(self):
        for name, arch in self._search_views():
            model = self.env[name].with_user(self.users["collector"])
            for node in arch.xpath("//filter[@domain]"):
                with self.subTest(model=name, filter=node.get("name")):
                    domain = self._evaluated(node.get("domain"))
                    self.assertGreaterEqual(model.search_count(domain), 0)

    def test_every_grouping_groups(self):
        for name, arch in self._search_views():
            model = self.env[name].with_user(self.users["collector"])
            for node in arch.xpath("//filter[contains(@context, 'group_by')]"):
                field = self._evaluated(node.get("context"))["group_by"]
                if field.startswith("properties"):
                    continue  # Odoo's own, needs a parent to define them
                if model._fields[field].type in ("date", "datetime"):
                    field += ":month"
                with self.subTest(model=name, group_by=field):
                    groups = model.formatted_read_group([], [field], ["__count"])
                    self.assertEqual(
                        sum(group["__count"] for group in groups),
                        model.search_count([]),
                    )
