from . import test_debtor_kind
from . import test_partner_merge
from . import test_dunning_parameter
from . import test_dunning_rate
from . import test_policy_level
from . import test_tools_assessment
from . import test_tools_deadlines
from . import test_tools_interest
