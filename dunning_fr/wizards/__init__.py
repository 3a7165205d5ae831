from . import dunning_delivery
from . import dunning_delivery_line
from . import dunning_letter_print
from . import dunning_opening_wizard
from . import dunning_send_wizard
