"""Mails that nobody waits for: of machines that answer, of servers that give up, and of people nobody knows."""

from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import make_msgid

from server.demo_introductions.post import Letter


def away_note(letter: Letter, sender: str) -> EmailMessage:
    """Write what a mail program answers by itself while its owner is away (RFC 3834)."""
    mail = _answer(letter, sender)
    mail["Subject"] = f"Automatic reply: {letter.mail['Subject']}"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("I am out of the office and will be back on Thursday.")
    return mail


def stranger_mail(letter: Letter) -> EmailMessage:
    """Write what somebody sends who came by the address."""
    mail = _answer(letter, "mallory@elsewhere.example")
    mail["Subject"] = f"Re: {letter.mail['Subject']}"
    mail.set_content("Buy our list of addresses.")
    return mail


def report_of_failure(letter: Letter, failed: str) -> EmailMessage:
    """Write a delivery report (RFC 3464): the mail was taken, and could not be delivered after all."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "MAILER-DAEMON@mx.example"
    mail["To"] = letter.mail["Reply-To"] or letter.mail["From"]
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Message-ID"] = make_msgid(domain="mx.example")
    mail["Auto-Submitted"] = "auto-replied"
    mail["MIME-Version"] = "1.0"
    mail.set_type("multipart/report")
    mail.set_param("report-type", "delivery-status")
    words = MIMEPart(policy=SMTP)
    words.set_content("The mailbox of the recipient is full.")
    status = MIMEPart(policy=SMTP)
    status["Content-Type"] = "message/delivery-status"
    about = MIMEPart(policy=SMTP)
    about["Reporting-MTA"] = "dns; mx.example"
    recipient = MIMEPart(policy=SMTP)
    recipient["Final-Recipient"] = f"rfc822; {failed}"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.2.2"
    status.set_payload([about, recipient])
    returned = MIMEPart(policy=SMTP)
    returned["Content-Type"] = "text/rfc822-headers"
    returned.set_payload(f"Message-ID: {letter.mail['Message-ID']}\r\n")
    mail.set_payload([words, status, returned])
    return mail


def _answer(letter: Letter, sender: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = letter.mail["Reply-To"] or letter.mail["From"]
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["In-Reply-To"] = letter.mail["Message-ID"]
    mail["References"] = letter.mail["Message-ID"]
    return mail
