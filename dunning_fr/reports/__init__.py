from . import report_calculation_sheet
from . import report_dunning_aged_balance
from . import report_dunning_letter_list
from . import report_dunning_notice
from . import report_dunning_statement
