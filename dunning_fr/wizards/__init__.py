from . import dunning_delivery
from . import dunning_delivery_line
from . import dunning_letter_print
