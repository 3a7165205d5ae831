from . import dunning_sale_lift
from . import payment_transaction
from . import res_company
from . import res_config_settings
from . import res_partner
from . import sale_order
