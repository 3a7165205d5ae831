"""A connection to a mail server that knows what has left. No Odoo."""

import smtplib


class SmtpLine:
    """An SMTP session that knows whether a message has been handed over.

    Before the DATA command a lost connection is harmless; after it nobody can tell
    whether the server kept the message.
    """

    def __init__(self, connect, alias_domain_id=False):
        self._connect = connect
        self.alias_domain_id = alias_domain_id
        self._session = None
        self._fresh = False
        self._main, self._refused = set(), {}
        self.handed_over = False
        self.built = {}  # {dispatch id: what was built ahead}

    def open(self):
        """Connect, unless connected; no message is at risk yet."""
        if self._session is None:
            self._session = self._connect()
            self._fresh = True
            if self._session:  # Odoo connects to nothing under its own tests
                self._session.rcpt = self._noting(self._session.rcpt)
                self._session.data = self._watched(self._session.data)

    def _noting(self, rcpt):
        def noting(address, *args):
            answer = rcpt(address, *args)
            if answer[0] not in (250, 251):
                self._refused[address] = answer
            return answer

        return noting

    def _watched(self, data):
        def watched(message):
            if self._main and self._main <= set(self._refused):
                # those who get a copy were accepted, the debtor was not
                self._session.rset()
                raise smtplib.SMTPRecipientsRefused(dict(self._refused))
            self.handed_over = True
            return data(message)

        return watched

    def send(self, mail_server, message, main=()):
        """Send ``message``; a session that went stale is opened anew, once.

        Nothing is handed over when none of the ``main`` addresses is accepted.
        """
        self.handed_over = False
        self._main, self._refused = set(main), {}
        try:
            mail_server.send_email(message, smtp_session=self._session)
        except smtplib.SMTPServerDisconnected:
            stale = not self._fresh and not self.handed_over
            self.close()
            if not stale:
                raise
            self.open()
            mail_server.send_email(message, smtp_session=self._session)
        self._fresh = False

    def close(self):
        """Say goodbye, if the server still listens."""
        session, self._session = self._session, None
        if session:
            try:
                session.quit()
            except (smtplib.SMTPException, OSError):
                session.close()
