from . import test_sale_attacks
from . import test_sale_block
from . import test_sale_facts
from . import test_sale_online
from . import test_sale_exhibits
