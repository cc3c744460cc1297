"""What the page frame shows on every page. Read only when a template asks for it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import get_language_info

from portal.ui import navigation


@dataclass(frozen=True)
class NavLink:
    title: str
    url: str
    current: bool
    here: bool
    """True when this very address is open; `current` also when a page below it is."""
    links: "tuple[NavLink, ...]" = ()
    """The entries of a group."""


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    current: bool


def url_or_blank(name: str) -> str:
    """The address of `name`, or an empty text where an installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _grouped(found: list[tuple[navigation.NavItem, NavLink]]) -> list[NavLink]:
    """A group stands for its entries; one that has but one entry for the reader is that entry."""
    of_group: dict[navigation.NavGroup, list[NavLink]] = {}
    placed: list[tuple[int, NavLink]] = []
    for item, link in found:
        if item.group is None:
            placed.append((item.order, link))
        else:
            of_group.setdefault(item.group, []).append(link)
    for group, links in of_group.items():
        whole = NavLink(str(group.title), links[0].url, any(link.current for link in links), False, tuple(links))
        placed.append((group.order, whole if len(links) > 1 else links[0]))
    return [link for _order, link in sorted(placed, key=lambda each: each[0])]


class Frame:
    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request

    @property
    def area(self) -> str:
        return str(settings.PORTAL["area"])

    @property
    def authority(self) -> str:
        return str(settings.PORTAL["authority"])

    @property
    def support_email(self) -> str:
        return str(settings.PORTAL["support_email"])

    @property
    def support_phone(self) -> str:
        return str(settings.PORTAL["support_phone"])

    @property
    def support_phone_link(self) -> str:
        return "".join(char for char in self.support_phone if char.isdigit() or char == "+")

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO_AREA)

    @cached_property
    def actor(self) -> Any:
        return getattr(self.request, "actor", None)

    @property
    def signed_in(self) -> bool:
        return self.actor is not None

    @property
    def user_name(self) -> str:
        return str(self.actor.user.name) if self.actor else ""

    @property
    def organisation_name(self) -> str:
        return str(self.actor.organisation.name) if self.actor and self.actor.organisation else ""

    @property
    def role_name(self) -> str:
        return str(self.actor.role.label) if self.actor and self.actor.role else ""

    @property
    def deputy_for(self) -> str:
        """The name of the colleague for whom the person acts as deputy."""
        return str(self.actor.deputy_for.name) if self.actor and self.actor.deputy_for else ""

    @property
    def choices(self) -> list[Any]:
        """The others for whom the person may act instead; nobody switches inside a support view."""
        if self.actor is None or self.actor.support is not None:
            return []
        return [choice for choice in self.actor.choices if choice.key != self.actor.key]

    @property
    def support(self) -> Any:
        """The support view in which the page is seen, if it is."""
        return self.actor.support if self.actor else None

    @property
    def administrators(self) -> list[Any]:
        """Who can give the person another role (a question; for pages that refuse)."""
        if self.actor is None or self.actor.organisation is None:
            return []
        from portal.identity.members.administering import administrators_of

        return administrators_of(self.actor.organisation, self.actor.on)

    @cached_property
    def navigation(self) -> list[NavLink]:
        if self.actor is None or self.request is None:
            return []
        from portal.identity.rights import may

        found: list[tuple[navigation.NavItem, NavLink]] = []
        path = self.request.path
        for item in navigation.items():
            url = url_or_blank(item.url_name)
            if not url or (item.action is not None and not may(self.actor, item.action)):
                continue
            current = path == url or (url != "/" and path.startswith(url)) or path.startswith(item.below)
            found.append((item, NavLink(title=str(item.title), url=url, current=current, here=path == url)))
        # Of several that match, only the longest address is the open one.
        longest = max((link.url for _item, link in found if link.current), key=len, default="")
        return _grouped([(item, replace(link, current=link.current and link.url == longest)) for item, link in found])

    @property
    def section(self) -> NavLink | None:
        """The group of the open page, whose entries are shown too."""
        return next((link for link in self.navigation if link.links and link.current), None)

    @property
    def languages(self) -> list[Language]:
        active = translation.get_language() or settings.LANGUAGE_CODE
        return [
            Language(code, get_language_info(code)["name_local"].capitalize(), active == code)
            for code, _name in settings.LANGUAGES
        ]

    @property
    def language(self) -> str:
        return translation.get_language() or settings.LANGUAGE_CODE

    @property
    def here(self) -> str:
        """The address to return to after the language is changed."""
        if self.request is None or self.request.method != "GET":
            return "/"
        return self.request.get_full_path()

    @property
    def home_url(self) -> str:
        return url_or_blank("home") or "/"

    @property
    def draft_owner(self) -> str:
        """Whose drafts the device keeps: the person, acting for an organisation. Numbers only."""
        membership = self.actor.membership if self.actor else None
        return f"{self.actor.user.pk}-{membership.pk}" if membership else ""

    @property
    def drafts_url(self) -> str:
        return url_or_blank("draft_keep")

    @property
    def sign_in_url(self) -> str:
        return url_or_blank("sign_in")

    @property
    def switch_url(self) -> str:
        return url_or_blank("switch_role")

    @property
    def roles_url(self) -> str:
        return url_or_blank("roles")

    @property
    def tokens_url(self) -> str:
        """The page of the person's API keys; blank for who has not signed in."""
        return url_or_blank("tokens") if self.signed_in else ""

    @property
    def processing_url(self) -> str:
        """The register of what is held about people; blank for who has not signed in."""
        return url_or_blank("privacy:register") if self.signed_in else ""

    @property
    def sign_off_url(self) -> str:
        return url_or_blank("sign_off")

    @property
    def sign_in_days(self) -> int:
        """How long the record of log-ins is kept."""
        return int(settings.SIGN_IN_EVENTS_KEPT_DAYS)

    @property
    def account_url(self) -> str:
        return url_or_blank("account")

    @cached_property
    def session(self) -> dict[str, Any] | None:
        """What the page's own clock needs to warn before the session ends; None for somebody who is not signed in."""
        state_url = url_or_blank("session_state")
        if self.actor is None or self.request is None or not state_url:
            return None
        from portal.identity.signin import sessions

        return {
            "left": sessions.seconds_left(self.request.session),
            "warning": settings.SESSION_WARNING,
            "person": sessions.person_mark(self.actor.user.pk),
            "state_url": state_url,
            "stay_url": url_or_blank("session_stay"),
            "again_url": f"{self.sign_in_url}?{urlencode({'next': url_or_blank('signed_in_again')})}",
        }


def frame(request: HttpRequest) -> dict[str, Frame]:
    return {"frame": Frame(request)}
