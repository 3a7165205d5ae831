from . import test_payment_stop
from . import test_payment_factor
