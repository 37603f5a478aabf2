// The detail pane: why this row is here, both sides with their lines, and what people said before.

const LINE_COLUMNS = [
  ["Item", "item"],
  ["Quantity", "quantity", true],
  ["Unit price", "unit_price", true],
  ["Amount", "amount", true],
  ["Cur.", "currency"],
  ["Charge", "charge"],
  ["Period", "period"],
  ["Document", "document"],
  ["Account", "account"],
  ["File", "file"],
  ["Row", "row", true],
  ["Source", "source"],
];

class Detail {
  constructor() {
    this.element = h("section", { class: "recon-detail", "aria-label": "Detail", tabindex: "0" });
  }

  message(text) {
    this.element.replaceChildren(h("p", { class: "recon-empty" }, text));
  }

  /** The row's own facts are known at once; `detail` arrives from Python a moment later (or is null). */
  show(queue, row, detail) {
    this.element.setAttribute("aria-busy", String(detail === null));
    const same = this.row === row;
    this.row = row;
    this.element.replaceChildren(
      this.head(queue, row),
      h("p", { class: "recon-explanation" }, queue.columns.explanation[row]),
      ...(detail === null ? [h("p", { class: "recon-loading" }, "Fetching both sides…")] : this.body(queue, row, detail)),
    );
    if (!same) this.element.scrollTop = 0;
  }

  head(queue, row) {
    const direction = queue.value("direction", row);
    const about = ["client", "service", "contract"]
      .filter((name) => queue.value(name, row) !== "")
      .map((name) => (name === "contract" ? `contract ${queue.value(name, row)}` : queue.label(name, row)));
    return h(
      "header",
      { class: "recon-detail-head" },
      h("div", { class: "recon-detail-title" },
        h("h3", {}, queue.label("kind", row)),
        h("p", { class: "recon-about" }, [...about, queue.label("leg", row)].join(" · "))),
      h("div", { class: `recon-detail-impact ${directionClass(direction)}` },
        h("strong", {}, `${signed(queue.impact(row))} ${queue.value("currency", row)}`),
        h("span", {}, queue.label("direction", row)),
        statusMark(queue, row)),
    );
  }

  body(queue, row, detail) {
    return [
      detail.suggested_action
        ? h("p", { class: "recon-suggested" }, h("b", {}, "Suggested: "), detail.suggested_action)
        : "",
      h("div", { class: "recon-facts" }, this.comparison(detail.comparison), this.meaning(queue, row)),
      ...this.history(queue, detail.history),
      ...detail.lines.map((side) => this.side(side)),
      detail.lines.length ? "" : h("p", { class: "recon-loading" }, "No source line stands behind this row."),
      detail.more_lines ? h("p", { class: "recon-loading" }, `and ${plural(detail.more_lines, "more line")}.`) : "",
    ];
  }

  comparison({ expected, actual, measures }) {
    if (!measures.length) return "";
    const heads = [["", false], [expected, true], [actual, true], ["Difference", true]];
    const rows = measures.map(([label, left, right, difference]) => [label, grouped(left), grouped(right), signed(difference)]);
    return table("recon-comparison", "Expected against actual", heads, rows);
  }

  side({ side, title, lines }) {
    // A column that is empty in every line of the side says nothing.
    const columns = LINE_COLUMNS.filter(([, name]) => lines.some((line) => line[name] !== ""));
    const heads = columns.map(([label, , number]) => [label, number]);
    const rows = lines.map((line) => columns.map(([, name, number]) => (number && name !== "row" ? grouped(line[name]) : line[name])));
    return h(
      "section",
      { class: `recon-side recon-side-${side}` },
      h("h4", {}, title, h("span", { class: "recon-unit" }, plural(lines.length, "line"))),
      table("recon-lines", title, heads, rows),
    );
  }

  history(queue, entries) {
    if (!entries.length) return [];
    return [
      h("h4", {}, "Decisions so far"),
      h("ul", { class: "recon-history" },
        entries.map((entry) =>
          h("li", {},
            h("b", {}, queue.words.actions.find(({ action }) => action === entry.action)?.done ?? spoken(entry.action)),
            h("span", {}, `${entry.until ? ` until ${entry.until}` : ""} by ${entry.actor || "unknown"}, ${entry.at}`),
            entry.note ? h("q", {}, entry.note) : ""))),
    ];
  }

  meaning(queue, row) {
    const meaning = queue.words.meanings[queue.value("kind", row)];
    if (!meaning) return "";
    const { says, usually } = meaning;
    return h("aside", { class: "recon-meaning", "aria-label": "What this kind means" },
      h("p", {}, h("b", {}, "What it means: "), says),
      h("p", {}, h("b", {}, "People usually: "), usually));
  }
}

/** A plain table in a box that scrolls sideways; `heads`: [label, is number]. */
function table(kind, label, heads, rows) {
  const cell = (tag, text, place) => h(tag, { class: heads[place][1] ? "recon-number" : null }, text);
  return h(
    "div",
    { class: "recon-scroll" },
    h("table", { class: kind, "aria-label": label },
      h("thead", {}, h("tr", {}, heads.map(([text], place) => cell("th", text, place)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((text, place) => cell("td", text, place)))))),
  );
}
