"""The site of the smoke profile in a real browser, served and straight from the disk."""

import contextlib
import functools
import gzip
import http.server
import re
import threading
from collections import defaultdict
from collections.abc import Iterator

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# Pictures and films without words for those who do not see them.  Empty alt text on purpose
# (alt="") is left to pictures that only decorate; an output is never that.
WITHOUT_WORDS = """() => [...document.querySelectorAll("img, video, [role=img]")]
    .filter(node => !node.closest("[aria-hidden=true], [aria-labelledby]"))
    .filter(node => !(node.getAttribute("alt") || node.getAttribute("aria-label") || "").trim())
    .map(node => node.outerHTML.slice(0, 120))"""

# A file name or the words of a template are no description.
EMPTY_WORDS = r"""() => [...document.querySelectorAll("main img")]
    .map(node => node.getAttribute("alt") || "")
    .filter(text => /\.(png|jpe?g|svg|gif)$|^(image|figure|plot|output)$/i.test(text.trim()))"""

# Drawn figures take the colour of the running text, in either theme.
OTHER_INK = """() => [...document.querySelectorAll("main .mffcnn-picture svg")]
    .filter(node => getComputedStyle(node).color !== getComputedStyle(document.body).color)
    .map(node => node.getAttribute("aria-label"))"""

BOXED_PICTURES = """() => [...document.querySelectorAll("main .cell_output img")]
    .filter(node => getComputedStyle(node).display !== "none")
    .filter(node => getComputedStyle(node).backgroundColor !== "rgba(0, 0, 0, 0)")
    .map(node => node.alt)"""

FORMULAS_ARE_SET = "() => window.MathJax?.startup?.promise"

OF_COLOURS = ["color-contrast", "link-in-text-block"]  # what axe-core asks of a theme's colours

# slides have one theme only, and do not name it
THEME_IS = "theme => [undefined, theme].includes(document.documentElement.dataset.theme)"


# Colours glide from one theme to the other: go to the end of what has one.
AT_REST = """() => document.getAnimations()
    .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
    .forEach(one => one.finish())"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Say nothing of a browser that hangs up in the middle of a file."""


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module", params=["http", "file"])
def address(request, smoke_site) -> Iterator[str]:
    """Where the site begins, e.g. http://127.0.0.1:1234/ or file:///.../."""
    html = smoke_site.index.parent
    if request.param == "file":
        yield html.as_uri() + "/"
        return
    handler = functools.partial(QuietHandler, directory=str(html))
    with QuietServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def names(smoke_site, smoke_pages) -> list[str]:
    found = [page.relative_to(smoke_site.index.parent).as_posix() for page in smoke_pages]
    # listings of the library's sources are all made from one template: two of them will do
    listings = [name for name in found if name.startswith("_modules/")][2:]
    # the index only leads to another page
    return [name for name in found if name not in ("index.html", *listings)]


@contextlib.contextmanager
def open_page(browser, address, *, viewport=None, scheme="light"):
    """Yield a page of a fresh browser profile and the list of what goes wrong in it."""
    context = browser.new_context(viewport=viewport or DESKTOP, color_scheme=scheme)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))

    def on_failure(request):
        if request.failure != "net::ERR_ABORTED":  # by us, who have gone to the next page
            wrong.append(f"failed request: {request.url} ({request.failure})")

    def on_console(message):
        if message.type in ("error", "warning"):
            wrong.append(f"console: {message.text}")

    def on_request(request):
        if not request.url.startswith((address, "data:", "blob:")):
            wrong.append(f"another host or folder: {request.url}")

    page.on("requestfailed", on_failure)
    page.on("console", on_console)
    page.on("request", on_request)
    yield page, wrong
    context.close()


# How every page is seen: once loaded, the theme and the width change under it.
LOOKS = {
    "http": [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE)],
    "file": [("dark", PHONE)],
}


@pytest.fixture(scope="module")
def visits(browser, address, names) -> dict[str, dict[str, list]]:
    """Every page seen in light, dark and on a phone: kind of problem -> page -> problems."""
    found = defaultdict(lambda: defaultdict(list))
    looks = LOOKS[address.split(":")[0]]
    # pages of the library are all made from one template: two of them will do in the dark
    library = [name for name in names if name.startswith("book/api/")][2:]
    coloured = [name for name in names if name not in library]
    theme, viewport = looks[0]
    with open_page(browser, address, viewport=viewport, scheme=theme) as (page, wrong):
        for name in names:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=theme)
            page.goto(address + name, wait_until="load")
            page.evaluate(FORMULAS_ARE_SET)
            for look in looks:
                for kind, problems in seen(page, *look).items():
                    found[kind][name] += [problem for problem in problems if problem]
                if address.startswith("http") and look == ("light", DESKTOP):
                    found["barriers, light"][name] = barriers(page)
                elif address.startswith("http") and look == ("dark", DESKTOP) and name in coloured:
                    found["barriers, dark"][name] = barriers(page, OF_COLOURS)
            found["wrong"][name] += wrong
            wrong.clear()
    return found


def seen(page, theme, viewport):
    """Return the problems of the page that is open: kind -> problems."""
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(THEME_IS, arg=theme)
    page.evaluate(AT_REST)
    found = {
        "without words": page.evaluate(WITHOUT_WORDS),
        "empty words": page.evaluate(EMPTY_WORDS),
        "other theme": page.evaluate(OTHER_INK),
    }
    if theme == "dark":
        found["boxed"] = page.evaluate(BOXED_PICTURES)
    if viewport is PHONE:
        found["overflow"] = [page.evaluate(OVERFLOW)]
    return found


def barriers(page, rules=None):
    """Return what axe-core finds in the page that is open: rule and the first place."""
    # without what it finds in order, which is large, and without asking for styles once more
    options = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:150]}"
        for one in axe.run(page, options=options).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def problems(visits, kind):
    assert visits[kind], f"{kind}: no page was looked at for it"
    return {name: found for name, found in visits[kind].items() if found}


def test_every_page_loads_without_errors_and_from_this_site_alone(visits):
    assert problems(visits, "wrong") == {}


def test_every_picture_and_film_has_words(visits):
    assert problems(visits, "without words") == {}
    assert problems(visits, "empty words") == {}


def test_pictures_follow_the_theme(visits):
    assert problems(visits, "other theme") == {}


def test_no_light_box_behind_pictures_in_the_dark(visits):
    assert problems(visits, "boxed") == {}


def test_no_page_is_wider_than_a_phone(visits):
    assert problems(visits, "overflow") == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(visits, address, theme):
    if address.startswith("file"):
        pytest.skip("the pages are the same from disk")
    assert problems(visits, f"barriers, {theme}") == {}


def test_axe_sees_a_barrier(browser, address):
    with open_page(browser, address) as (page, _):
        page.goto(address + "book/intro.html")
        page.evaluate("() => { document.querySelector('main').innerHTML += '<input>'; }")
        assert any(found.startswith("label (") for found in barriers(page))


def test_no_page_weighs_more_than_1_5_mb_without_its_films(smoke_site, smoke_pages):
    # a page, and the scripts, styles and pictures that it loads by itself, as servers send them
    def sent(content):
        return len(gzip.compress(content))

    @functools.cache
    def shared(file):
        return sent(file.read_bytes()) if file.is_file() else 0

    heavy = {}
    for path in smoke_pages:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'src="data:video/[^"]*"', "", text)
        loaded = re.findall(r'(?:src|href)="([^":#?]+\.(?:js|css|svg|png|webp|woff2))', text)
        files = {(path.parent / name).resolve() for name in loaded}
        size = sent(text.encode()) + sum(map(shared, files))
        if size > 1.5e6:
            heavy[path.name] = size
    assert heavy == {}


def test_a_window_is_moved_with_the_keyboard(browser, address):
    with open_page(browser, address, viewport=PHONE) as (page, wrong):
        page.goto(address + "notebooks/04_ordered_flow.html")
        figure = page.locator("[data-explore=windows]")
        figure.locator("select").select_option(index=0)
        said, tile = figure.locator("output"), figure.locator("[data-length]:visible")
        before = said.inner_text(), tile.evaluate("node => node.style.objectPosition")
        figure.locator("input[type=range]").press("ArrowRight")
        after = said.inner_text(), tile.evaluate("node => node.style.objectPosition")
        assert before[0].startswith("flows 1 to ")
        assert after[0].startswith("flows 3 to ")
        assert before[1] != after[1]
        box = figure.locator(".explore-film").bounding_box()
        page.mouse.move(box["x"] + 1, box["y"] + 5)
        page.mouse.down()
        assert said.inner_text().startswith("flows 1 to ")
        page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 5)
        page.mouse.up()
        _, last, flows = map(int, re.findall(r"\d+", said.inner_text()))
        assert flows - last < 2  # as far as it goes
        assert wrong == []


def test_products_are_chosen(browser, address):
    with open_page(browser, address) as (page, wrong):
        page.goto(address + "notebooks/12_ablations.html")
        figure = page.locator("[data-explore=fusion]")
        row = figure.locator("tbody tr:visible")
        assert "T→S C_4_1, C_5_1" in row.inner_text()
        assert figure.locator("g[data-way]:visible").count() == 2
        figure.get_by_label("both").check()
        assert "both C_4_1, C_5_1" in row.inner_text()
        assert figure.locator("g[data-way]:visible").count() == 4
        figure.get_by_label("C_2_1").check()
        assert "No grid declares" in row.inner_text()  # both, at 2, 4 and 5
        for place in (2, 4, 5):
            figure.get_by_label(f"C_{place}_1").uncheck()
        assert "both, no product" in row.inner_text()
        assert wrong == []


def test_a_threshold_leaves_clips_unanswered(browser, address):
    with open_page(browser, address) as (page, wrong):
        page.goto(address + "notebooks/13_confusion_matrices.html")
        figure = page.locator("[data-explore=threshold]")

        def answered():
            cells = figure.locator("tbody td").all_inner_texts()
            told = int(re.search(r": (\d+) of", figure.locator("p").inner_text())[1])
            assert told == sum(map(int, cells))
            return told

        everything = answered()
        figure.locator("input").press("End")
        assert 0 < answered() < everything
        assert wrong == []


@pytest.mark.parametrize("name", ["04_ordered_flow", "12_ablations", "13_confusion_matrices"])
def test_without_scripts_an_explorable_stands_still(browser, address, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}notebooks/{name}.html")
    figure = page.locator("[data-explore]")
    assert figure.is_visible()
    assert figure.locator(".explore-controls").is_hidden()
    for box in figure.locator("rect").all()[:1]:  # of the network: its text can be read
        assert box.evaluate("e => getComputedStyle(e).fill") != "rgb(0, 0, 0)"
    context.close()


def test_the_theme_button_switches(browser, address, names):
    with open_page(browser, address) as (page, wrong):
        page.goto(address + "book/intro.html")
        seen = set()
        for _ in range(3):
            seen.add(page.evaluate("() => document.documentElement.dataset.theme"))
            page.locator("button.theme-switch-button:visible").first.click()
        assert seen == {"light", "dark"}
        assert wrong == []


def test_a_page_is_printed_in_light_and_comes_back(browser, address):
    theme = "() => document.documentElement.dataset.theme"
    with open_page(browser, address, scheme="dark") as (page, _):
        page.goto(address + "book/intro.html")
        assert page.evaluate(theme) == "dark"
        page.emulate_media(media="print")
        page.wait_for_function(f"() => ({theme})() === 'light'")
        page.emulate_media(media="screen")
        page.wait_for_function(f"() => ({theme})() === 'dark'")


def test_search_finds_a_page(browser, address):
    with open_page(browser, address) as (page, wrong):
        page.goto(address + "search.html?q=papermill")
        page.wait_for_selector("#search-results li a")
        links = page.locator("#search-results li a").all_inner_texts()
        assert "How to rerun this book" in links
        if address.startswith("http"):  # from disk a browser refuses the excerpts, not the hits
            assert wrong == []


def test_formulas_are_set(browser, address, smoke_site, smoke_pages):
    page_with_formula = next(
        path for path in smoke_pages if 'class="math notranslate' in path.read_text("utf-8")
    )
    name = page_with_formula.relative_to(smoke_site.index.parent).as_posix()
    with open_page(browser, address) as (page, _):
        page.goto(address + name)
        page.wait_for_selector("mjx-container svg", state="attached")


def test_the_index_leads_to_the_introduction(browser, address):
    with open_page(browser, address) as (page, _):
        page.goto(address + "index.html")
        page.wait_for_url("**/book/intro.html")
