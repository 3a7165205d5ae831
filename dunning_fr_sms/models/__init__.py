from . import dunning_channel
from . import dunning_dispatch
from . import sms_tracker
