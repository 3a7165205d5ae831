"""A pytest plugin: ``--durations`` says how long tests take, not what their clock says.

Tests freeze the clock on a day, and would freeze pytest's own with it.
"""

import freezegun

freezegun.configure(extend_ignore_list=["_pytest"])
