"""Letters to people: plain text, in the person's language, Danish when we do not know it."""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)


def send(template: str, to: str, language: str = "", **context: Any) -> bool:
    """Send `templates/identity/mail/<template>.txt`; its first line is the subject. False when it could not leave."""
    with translation.override(language or settings.LANGUAGE_CODE):
        text = render_to_string(f"identity/mail/{template}.txt", {**context, "portal": settings.PORTAL})
    subject, _line, body = text.strip().partition("\n")
    try:
        send_mail(subject.strip(), body.strip() + "\n", None, [to])
    except OSError:  # among them smtplib's: the server is away, or refuses
        logger.exception("the letter %s could not be sent", template)
        return False
    return True
