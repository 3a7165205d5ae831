"""The law as arithmetic: plain Python, standard library alone, no Odoo import."""
