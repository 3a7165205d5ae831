from . import test_payment_stop
