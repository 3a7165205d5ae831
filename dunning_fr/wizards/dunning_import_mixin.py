import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_breakdown import column, row, table
from ..tools.csv_table import Problem, read_table, unknown_headings, write_table

SHOWN = 100  # problems on the screen; the file holds all of them


class DunningImportMixin(models.AbstractModel):
    """A CSV file taken in: looked through first, then wholly or not at all.

    A model says which columns it knows, what each line would do and what is wrong
    with it; nothing is written before every line was judged.
    """

    _name = "dunning.import.mixin"
    _description = "Import of a CSV file"
    _inherit = ["dunning.download.mixin"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    file = fields.Binary(string="CSV file", attachment=False)
    file_name = fields.Char()
    skip_wrong = fields.Boolean(
        string="Import the good lines only",
        help="Otherwise one wrong line stops the whole file.",
    )
    state = fields.Selection(
        [("file", "File"), ("checked", "Checked"), ("done", "Imported")],
        default="file",
        readonly=True,
    )
    headline = fields.Char(readonly=True)
    good_count = fields.Integer(string="Lines to import", readonly=True)
    wrong_count = fields.Integer(string="Wrong lines", readonly=True)
    report = fields.Json(string="What is wrong", readonly=True)
    wrong_file = fields.Binary(
        string="Lines in error (CSV)", readonly=True, attachment=False
    )
    template_file = fields.Binary(compute="_compute_template_file", string="Empty file")

    # ------------------------------------------------------- what a model provides

    @api.model
    def _import_columns(self):
        """Return the ``Column``s of the file."""
        raise NotImplementedError

    def _import_judge(self, rows):
        """Return (list of (line, what to do), list of ``Problem``s, known already).

        Writes nothing. ``known already`` counts the lines that say nothing new.
        """
        raise NotImplementedError

    def _import_apply(self, found):
        """Do what ``_import_judge`` found, all of it or none."""
        raise NotImplementedError

    def _import_check_rights(self):
        """Refuse who may not import."""
        raise NotImplementedError

    # -------------------------------------------------------------------- actions

    def action_check(self):
        """Look through the file and say what an import would do; write nothing."""
        self._import_check_rights()
        self._import_report(*self._import_read(), state="checked")
        return self._import_reopen()

    def action_import(self):
        """Import the file: all of it, or nothing where a line is wrong."""
        self._import_check_rights()
        found, problems, known, lines = self._import_read()
        blocked = any(problem.line == 0 for problem in problems)
        if problems and (blocked or not self.skip_wrong):
            self._import_report(found, problems, known, lines, state="checked")
            return self._import_reopen()
        self._import_apply(found)
        self._import_report(found, problems, known, lines, state="done")
        return self._import_reopen()

    def action_template(self):
        """Download an empty file with the headings."""
        return self._download_action("template_file", self._import_template_name())

    def action_wrong_lines(self):
        """Download what is wrong, line by line."""
        return self._download_action("wrong_file", self._import_wrong_name())

    def _compute_template_file(self):
        headings = [column.headings[0] for column in self._import_columns()]
        for wizard in self:
            wizard.template_file = base64.b64encode(write_table(headings, []))

    def _import_template_name(self):
        return self.env._("columns.csv")

    def _import_wrong_name(self):
        return self.env._("wrong_lines.csv")

    # -------------------------------------------------------------------- reading

    def _import_read(self):
        """Return (what to do, problems, known already, number of lines)."""
        self.ensure_one()
        content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        if not content:
            raise UserError(self.env._("Choose a CSV file."))
        read = read_table(content, self._import_columns())
        if any(problem.line <= 1 for problem in read.problems):
            return [], read.problems, 0, read.lines
        found, problems, known = self._import_judge(read.rows)
        every = sorted([*read.problems, *problems], key=lambda p: p.line)
        return found, every, known, read.lines

    @api.model
    def _import_twice(self, rows, key):
        """Return {line: first line} of the rows whose key stood in the file before."""
        first, twice = {}, {}
        for one in rows:
            value = key(one.values)
            if not value:
                continue
            if value in first:
                twice[one.line] = first[value]
            else:
                first[value] = one.line
        return twice

    # --------------------------------------------------------------------- report

    def _import_report(self, found, problems, known, lines, state):
        """Write down what the file would do, or did, in the user's words."""
        wrong = len({problem.line for problem in problems})
        texts = [
            (problem.line or "", problem.value, self._import_text(problem))
            for problem in problems
        ]
        self.write(
            {
                "state": state,
                "good_count": len(found),
                "wrong_count": wrong,
                "headline": self._import_headline(lines, len(found), wrong, known)
                + self._import_ignored(),
                "report": [self._import_table(texts)],
                "wrong_file": self._import_wrong_file(texts),
            }
        )

    def _import_headline(self, lines, good, wrong, known):
        return self.env._(
            "%(lines)s lines: %(good)s to import, %(known)s already known, "
            "%(wrong)s wrong.",
            lines=lines,
            good=good,
            known=known,
            wrong=wrong,
        )

    def _import_ignored(self):
        """Return which columns of the file are not read, as a sentence, or nothing."""
        content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        names = unknown_headings(content, self._import_columns())
        if not names:
            return ""
        return " " + self.env._("Columns not known and not read: %s.", ", ".join(names))

    def _import_labels(self):
        return (self.env._("Line"), self.env._("Value"), self.env._("What is wrong"))

    def _import_table(self, texts):
        first, *others = self._import_labels()
        title = ""
        if len(texts) > SHOWN:
            title = self.env._("The first %s; all of them are in the file.", SHOWN)
        return table(
            title,
            [column(first), *map(column, others)],
            [row(*cells) for cells in texts[:SHOWN]],
        )

    def _import_wrong_file(self, texts):
        return texts and base64.b64encode(write_table(self._import_labels(), texts))

    def _import_text(self, problem):
        """Return what is wrong and what to do, in the user's words."""
        code, detail = problem.code, problem.detail
        if code == "text":
            return detail
        if code in ("missing_value", "bad_date", "bad_number", "missing_column"):
            detail = self._import_heading(detail)
        return self._import_texts().get(code, code) % {"detail": detail}

    def _import_heading(self, name):
        by_name = {column.name: column for column in self._import_columns()}
        return by_name[name].headings[0]

    def _import_texts(self):
        return {
            "not_csv": self.env._(
                "This is no CSV file. In Excel or LibreOffice: Save as, CSV UTF-8."
            ),
            "empty": self.env._("The file is empty."),
            "broken": self.env._(
                "A quotation mark is opened and not closed, or closed too early: "
                "correct this line."
            ),
            "too_many": self.env._(
                "More than %(detail)s lines: cut the file into several."
            ),
            "missing_column": self.env._(
                "The column “%(detail)s” is missing: the first line names the columns."
            ),
            "column_twice": self.env._(
                "The column “%(detail)s” is there twice: keep one of them."
            ),
            "missing_value": self.env._("“%(detail)s” is empty: fill it in."),
            "bad_date": self.env._(
                "“%(detail)s” is not a date: write 31/12/2026 or 2026-12-31."
            ),
            "bad_number": self.env._(
                "“%(detail)s” is not a whole number: write 1 or 2."
            ),
            "too_many_cells": self.env._(
                "More than %(detail)s values: put those that contain the separator "
                "between quotation marks."
            ),
            "twice": self.env._("Already on line %(detail)s: keep one of them."),
        }

    def _import_wrong(self, line, text, value=""):
        """Return the ``Problem`` of a line that is said in words already."""
        return Problem(line, "text", text, value or "")

    def _import_reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
