"""A browser without scripts: reads the forms of a page and presses their buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests


@dataclass
class Form:
    """A form: where it goes, what it carries, its checkboxes and buttons."""

    action: str
    method: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    ticks: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Page(HTMLParser):
    """A page that was answered, as a person sees it."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__()
        self.url = response.url or ""
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text
        self.forms: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._words = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Collects forms, fields and the start of buttons."""
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(urljoin(self.url, given.get("action", "")), given.get("method", "get").lower()))
        elif tag == "input" and self.forms:
            pair = (given.get("name", ""), given.get("value", "on"))
            if given.get("type") == "hidden":
                self.forms[-1].hidden.append(pair)
            elif given.get("type") == "checkbox" and "checked" in given:
                self.forms[-1].ticks.append(pair)
        elif tag == "button" and self.forms:
            self._button, self._words = (given.get("name", ""), given.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        """Collects the words on a button."""
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        """Ends a button."""
        if tag == "button" and self._button is not None:
            self.forms[-1].buttons[self._words.strip()] = self._button
            self._button = None

    @property
    def checked(self) -> list[str]:
        """The values of all ticked checkboxes."""
        return [value for form in self.forms for _, value in form.ticks]


class Browser:
    """Walks through a provider's pages until it is sent back to the app, whose URL it does not open."""

    def __init__(self, session: requests.Session) -> None:
        self.session = session

    def open(self, url: str) -> Page | dict[str, str]:
        """The page at a URL, or the parameters of a redirect to the app."""
        return self._arrive(self.session.get(url, allow_redirects=False))

    def press(self, page: Page | dict[str, str], words: str, untick: tuple[str, ...] = ()) -> Page | dict[str, str]:
        """Presses the button with these words, after taking the ticks of some values away."""
        assert isinstance(page, Page), f"there is no page to press {words} on, only {page}"
        for form in page.forms:
            if words in form.buttons:
                ticks = [pair for pair in form.ticks if pair[1] not in untick]
                fields = [*form.hidden, *ticks, form.buttons[words]]
                assert form.method == "post"
                return self._arrive(self.session.post(form.action, data=fields, allow_redirects=False))
        raise AssertionError(f"no button {words!r} on {page.url}: {page.text[-600:]}")

    def _arrive(self, response: requests.Response) -> Page | dict[str, str]:
        if response.is_redirect:
            target = urljoin(response.url, response.headers["location"])
            if urlsplit(target).netloc == urlsplit(response.url).netloc:
                return self.open(target)
            return {**dict(parse_qsl(urlsplit(target).query)), "url": target}
        return Page(response)
