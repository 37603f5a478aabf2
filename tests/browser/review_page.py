"""The review widget on a page, by the names that people and assistive technology know it by."""

import json

from playwright.sync_api import Locator, Page

from tests.browser.lab import evaluate

# Each text whose contrast with what is behind it is below WCAG AA, as "class: ratio".
_LOW_CONTRAST = """(root) => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const over = ([r, g, b, a = 1], back) => [r, g, b].map((value, n) => value * a + back[n] * (1 - a));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 0 ? behind(element.parentElement) : over(own, behind(element.parentElement));
  };
  const channel = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const low = [];
  for (const element of root.querySelectorAll('*')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest('select, [hidden]') || !element.offsetParent) continue;
    const back = behind(element);
    const [a, b] = [light(over(parse(getComputedStyle(element).color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(low)];
}"""


class Review:
    """The widget of cycle 2026-10."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.get_by_role("region", name="Review of discrepancies, cycle 2026-10")
        self.grid = self.root.get_by_role("grid", name="Discrepancies")
        self.detail = self.root.get_by_role("region", name="Detail")
        self.note = self.root.get_by_label("Note for the decision")
        self.message = self.root.get_by_role("status")
        self.question = self.root.get_by_role("alertdialog", name="Confirm")
        self.to_decide = self.root.locator(".recon-card-open")

    def row(self, discrepancy_id: str) -> Locator:
        return self.grid.locator(f'.recon-row[data-id="{discrepancy_id}"]')

    def ids(self) -> list[str]:
        return list(self.grid.locator(".recon-row").evaluate_all("rows => rows.map((row) => row.dataset.id)"))

    def selected(self) -> list[str]:
        chosen = '.recon-row[aria-selected="true"]'
        return list(self.grid.locator(chosen).evaluate_all("rows => rows.map((row) => row.dataset.id)"))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def choose(self, filter_name: str, label: str) -> None:
        self.root.get_by_label(f"Filter by {filter_name}").select_option(label=label)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("group", name="Decide", exact=True).get_by_role("button", name=name)

    def decisions(self) -> list[list[str]]:
        """What reached Python, in order: discrepancy, action, note."""
        print_them = "import json; print(json.dumps([[d[0], d[3], d[4]] for d in rec.decisions]))"
        return list(json.loads(evaluate(self.page, print_them)))

    def hard_to_read(self) -> list[str]:
        """Texts with less than 4.5 to 1 between them and what is behind them."""
        return list(self.root.evaluate(_LOW_CONTRAST))
