from . import test_policy_level
