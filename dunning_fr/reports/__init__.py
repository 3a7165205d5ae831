from . import report_dunning_notice
