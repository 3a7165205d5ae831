from . import test_policy_level
from . import test_tools_deadlines
from . import test_tools_interest
