from . import account_move
from . import payment_link_wizard
from . import payment_transaction
