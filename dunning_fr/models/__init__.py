from . import dunning_proof_mixin
from . import dunning_proposal_mixin
from . import dunning_recipient_mixin
from . import dunning_sending_mixin
from . import dunning_queue_mixin
from . import dunning_delivery_mixin
from . import dunning_email_mixin
from . import dunning_smtp_mixin

from . import dunning_parameter
from . import dunning_rate

from . import dunning_channel
from . import dunning_policy
from . import dunning_level
from . import dunning_debtor
from . import dunning_debtor_merge
from . import dunning_hold
from . import dunning_opening_level
from . import dunning_engine
from . import dunning_explanation
from . import dunning_run
from . import dunning_notice
from . import dunning_notice_line
from . import dunning_dispatch

from . import account_account
from . import account_chart_template
from . import account_move
from . import account_move_line
from . import res_company
from . import res_config_settings
from . import res_partner
from . import res_partner_kind
from . import base_partner_merge
from . import ir_attachment
from . import mail_mail
from . import mail_thread
