"""The built site as a reader meets it: every page, in Chromium, wide and narrow, light and dark."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from conftest import ROOT, SITE, pages

AXE = ROOT / "adamlib" / "web" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
EXTRA = ("search.html", "genindex.html")

every_page = pytest.mark.parametrize("path", pages())
everywhere = pytest.mark.parametrize("address", ("http", "file"), indirect=True)

LAYOUT_SHIFT = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# The contrast of every piece of text in a figure against the page behind it.
FIGURE_CONTRAST = """
() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(Number).map((x) => x / 255)
      .map((x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll(".adam-figure svg text")].map((text) => {
    const ink = light(getComputedStyle(text).fill);
    return (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05);
  });
}
"""


@everywhere
@every_page
def test_page_needs_nothing_from_elsewhere_and_nothing_fails(visit, address, path):
    for width in WIDTHS:
        here = visit(address, width=width)
        here.page.add_init_script(LAYOUT_SHIFT)
        page = here.open(path)
        page.mouse.wheel(0, 20000)
        assert here.strangers() == []
        assert here.faults == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.shifted") < 0.01
        assert page.locator("h1:visible").count() == 1


@every_page
def test_axe_finds_no_violation(visit, path):
    if not AXE.exists():
        pytest.fail("axe-core is missing: `make test` installs it.", pytrace=False)
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = visit(width=width, scheme=scheme).open(path)
            page.evaluate(AXE.read_text())
            found = page.evaluate(
                # The visible half of a formula is hidden from assistive technology and has the
                # colour of the text around it; its thousands of spans would take minutes.
                """axe.run({ exclude: ['.katex-html'] }, {
                     runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
                     resultTypes: ['violations'] })"""
            )
            violations = [
                (rule["id"], node["target"], node["failureSummary"])
                for rule in found["violations"]
                for node in rule["nodes"]
            ]
            assert violations == [], (width, scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
@every_page
def test_figures_can_be_read(visit, path, scheme):
    page = visit(scheme=scheme).open(path)
    if page.locator(".adam-figure").count():
        assert min(page.evaluate(FIGURE_CONTRAST)) >= 4.5
    for figure in page.locator(".adam-figure").all():
        assert len(figure.locator("figcaption").inner_text()) > 20
    for figure in page.locator(".adam-figure:has(svg)").all():
        assert len(figure.locator("[role=img]").get_attribute("aria-label")) > 30


@every_page
def test_figure_text_is_readable_on_a_phone(visit, path):
    page = visit(width=390).open(path)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".adam-figure svg text")]
             .map((text) => {
               const { a, b } = text.getScreenCTM();
               return Math.hypot(a, b) * parseFloat(getComputedStyle(text).fontSize);
             })"""
    )
    # Exponents of logarithmic axes are the smallest text and are drawn at 0.7 of the rest.
    assert min(sizes, default=9) >= 5.5
    assert sorted(sizes)[len(sizes) // 2] >= 8 if sizes else True


@every_page
def test_head_describes_the_page(visit, path):
    page = visit().open(path)
    head = {
        tag.get_attribute("name") or tag.get_attribute("property"): tag.get_attribute("content")
        for tag in page.locator("meta[content]").all()
    }
    assert page.locator("html").get_attribute("lang") == "en"
    assert len(page.title()) > 10
    assert 40 <= len(head["description"]) <= 160
    assert "\\" not in head["description"]
    assert page.locator("link[rel=icon]").count() == 1
    picture = page.evaluate(f"new URL({head['og:image']!r}, location.href).href")
    size = page.evaluate(
        """(url) => new Promise((resolve) => { const image = new Image();
             image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
             image.onerror = () => resolve("missing");
             image.src = url; })""",
        picture,
    )
    assert size == [1200, 630]


def test_titles_and_descriptions_are_all_different(visit):
    seen = visit()
    heads = []
    for path in pages():
        page = seen.open(path)
        description = page.locator("meta[name=description]").get_attribute("content")
        heads.append((page.title(), description))
    assert len({title for title, _ in heads}) == len(heads)
    assert len({description for _, description in heads}) == len(heads)


@every_page
def test_mathematics_is_typeset_and_can_be_heard(visit, path):
    here = visit(java_script_enabled=False)
    page = here.open(path)
    formulas = page.locator(".bd-article .math")
    for index in range(formulas.count()):
        formula = formulas.nth(index)
        assert formula.locator(".katex-mathml math").count() >= 1
        assert formula.locator(".katex-error").count() == 0
    prose = page.locator(".bd-article p, .bd-article li, .bd-article td").all_text_contents()
    assert [text for text in prose if "$" in text] == []


@every_page
def test_without_javascript_the_text_is_there_and_no_button_is_dead(visit, path):
    page = visit(java_script_enabled=False).open(path)
    assert page.locator("h1:visible").count() == 1
    assert len(page.locator(".bd-article").inner_text()) > 800
    assert page.locator(".adam-button:visible:not(a)").count() == 0
    pictures = page.locator(".adam-figure svg")
    assert pictures.count() == page.locator(".adam-figure svg:visible").count()


@everywhere
def test_double_click_on_index_opens_the_first_page(visit, address):
    here = visit(address)
    here.page.goto(here.base + "index.html")
    here.page.wait_for_url("**/chapters/index.html")
    assert here.faults == []
    assert here.page.locator("h1:visible").count() == 1


@everywhere
@pytest.mark.parametrize("path", EXTRA)
def test_other_pages_are_as_clean(visit, address, path):
    here = visit(address)
    page = here.open(path)
    assert here.strangers() == []
    assert here.faults == []
    assert page.locator("h1:visible").count() == 1


@everywhere
@pytest.mark.parametrize("width", WIDTHS)
def test_search_finds_a_lesson(visit, address, width):
    here = visit(address, width=width)
    page = here.open(pages()[1])
    page.locator("[data-action=search]").click()
    field = page.locator(".search-button__wrapper input")
    assert field.evaluate("(it) => it === document.activeElement")
    field.fill("bias correction")
    field.press("Enter")
    page.wait_for_selector("#search-results li a")
    links = page.locator("#search-results li a").evaluate_all("(all) => all.map((a) => a.href)")
    assert any("lesson/bias-correction.html" in link for link in links[:5])
    page.locator("#search-results li a").first.click()
    page.wait_for_load_state("networkidle")
    assert here.strangers() == []
    assert here.faults == []


def test_search_field_opens_and_closes_by_keyboard(visit):
    page = visit().open(pages()[1])
    page.keyboard.press("Control+k")
    field = page.locator(".search-button__wrapper input")
    assert field.is_visible()
    page.keyboard.press("Escape")
    assert not field.is_visible()


def test_chapters_open_on_a_phone_by_touch_and_by_keyboard(visit):
    page = visit(width=390, has_touch=True).open(pages()[2])
    side = page.locator(".bd-sidebar-primary")
    button = page.locator("[data-action=menu]")
    edges = "document.querySelector('.bd-sidebar-primary').getBoundingClientRect()"
    opened, closed = f"() => {edges}.left >= 0", f"() => {edges}.right <= 1"

    assert page.evaluate(closed)
    button.tap()
    page.wait_for_function(opened)
    assert button.get_attribute("aria-expanded") == "true"
    page.wait_for_function(
        "() => document.querySelector('.bd-sidebar-primary').contains(document.activeElement)"
    )
    page.keyboard.press("Escape")
    page.wait_for_function(closed)
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("(it) => it === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_function(opened)
    side.get_by_role("link", name="Bias correction").click()
    page.wait_for_url("**/bias-correction.html")


def test_contents_open_on_a_phone(visit):
    page = visit(width=390).open(pages()[2])
    page.locator("[data-action=contents]").click()
    page.wait_for_function(
        """() => { const box = document.querySelector("#adam-contents").getBoundingClientRect();
             return box.width > 0 && box.right <= innerWidth + 1; }"""
    )
    page.locator("#adam-contents a").last.click()
    assert "#" in page.url


def test_colours_follow_the_system_until_chosen_and_then_stay(visit):
    here = visit(scheme="dark")
    page = here.open(pages()[1])
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    button = page.locator("[data-action=theme]")
    assert button.get_attribute("aria-label") == "Colours: as the system"
    button.click()
    assert page.evaluate(theme) == "light"
    assert button.get_attribute("aria-label") == "Colours: light"
    here.open(pages()[2])
    assert page.evaluate(theme) == "light"
    assert here.faults == []


def test_forbidden_storage_costs_only_the_memory(visit):
    here = visit()
    here.page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
             get() { throw new DOMException("forbidden", "SecurityError"); } });"""
    )
    page = here.open(pages()[1])
    page.locator("[data-action=theme]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert here.faults == []


def test_code_can_be_copied(visit):
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    page = here.open("chapters/lesson/mechanics.html")
    block = page.locator(".cell_input div.highlight").first
    block.hover()
    block.locator(".adam-copy").click()
    page.wait_for_function("() => document.querySelector('.adam-copy').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("pre").inner_text().strip()
    assert "Copy" not in copied


def test_a_missing_address_gets_the_books_own_page(visit):
    here = visit()
    response = here.page.goto(here.base + "no/such/page.html")
    assert response.status == 404
    here.page.get_by_role("link").click()
    here.page.wait_for_url("**/chapters/index.html")
    assert [fault for fault in here.faults if "404" not in fault] == []


@pytest.mark.parametrize("scheme", SCHEMES)
@every_page
def test_print_shows_the_text_alone_and_all_tabs(visit, path, scheme):
    page = visit(scheme=scheme).open(path)
    page.emulate_media(media="print")
    assert page.locator("article h1:visible, .bd-article h1:visible").count() == 1
    unprinted = (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", ".adam-copy")
    for part in unprinted:
        assert page.locator(f"{part}:visible").count() == 0, part
    tabs = page.locator(".sd-tab-content")
    assert page.locator(".sd-tab-content:visible").count() == tabs.count()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }


class Links(HTMLParser):
    """The addresses that a page points to and the anchors that it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get("id"):
            self.anchors.add(attrs["id"])
        for name in ("href", "src"):
            if tag != "use" and attrs.get(name):
                self.links.add(attrs[name])


def test_every_link_inside_the_site_leads_somewhere():
    files = [path for path in SITE.rglob("*.html") if "_static" not in path.parts]
    parsed = {path.resolve(): Links(path.read_text()) for path in files}
    broken = []
    for path, page in parsed.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link) or (path.name == "404.html" and link.startswith("/")):
                continue
            target, anchor = urldefrag(link)
            target = target.split("?")[0]
            file = (path.parent / unquote(target)).resolve() if target else path
            found = file.exists()
            if found and anchor and file in parsed:
                # What follows a question mark are the settings of a live figure.
                found = unquote(anchor).split("?")[0] in parsed[file].anchors
            if not found:
                broken.append((Path(path).relative_to(SITE.resolve()), link))
    assert broken == []


def test_notebooks_can_be_downloaded(visit):
    here = visit()
    page = here.open("chapters/lesson/introduction.html")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this page as a notebook").click()
    assert download.value.suggested_filename == "introduction.ipynb"
