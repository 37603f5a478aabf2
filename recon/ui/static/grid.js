// The grid: only the rows in sight exist as elements, so 50,000 discrepancies scroll like fifty.

const ROW_HEIGHT = 28;
const SPARE_ROWS = 8;

const COLUMNS = [
  { key: "select", label: "Select", cell: () => [h("span", { class: "recon-check" })] },
  { key: "client", label: "Client", sort: true, cell: clientCell },
  { key: "service", label: "Service", sort: true, cell: (queue, row) => named(queue, "service", row) },
  { key: "kind", label: "Kind", sort: true, cell: (queue, row) => [queue.label("kind", row)] },
  { key: "expected", label: "Expected", number: true, cell: (queue, row) => [grouped(queue.columns.expected[row])] },
  { key: "actual", label: "Actual", number: true, cell: actualCell },
  { key: "impact", label: "Impact", number: true, sort: true, cell: (queue, row) => [signed(queue.impact(row))] },
  { key: "currency", label: "Cur.", cell: (queue, row) => [queue.value("currency", row)] },
  { key: "direction", label: "Direction", sort: true, cell: directionCell },
  { key: "age", label: "Age", number: true, sort: true, cell: (queue, row) => [String(queue.columns.age[row] ?? "")] },
  { key: "status", label: "Status", sort: true, cell: (queue, row) => [statusMark(queue, row)] },
];

function named(queue, name, row) {
  return [queue.value(name, row) === "" ? "\u2014" : queue.label(name, row)];
}

/** What nobody could map has neither client nor service: its sentence takes the room of both. */
function isNameless(queue, row) {
  return queue.value("client", row) === "" && queue.value("service", row) === "";
}

function clientCell(queue, row) {
  return isNameless(queue, row) ? [queue.columns.explanation[row]] : named(queue, "client", row);
}

function actualCell(queue, row) {
  const unit = queue.labelOf("measure", queue.measure[row]);
  return [grouped(queue.columns.actual[row]), h("span", { class: "recon-unit" }, unit)];
}

function directionCell(queue, row) {
  const direction = queue.value("direction", row);
  return [h("span", { class: `recon-mark ${directionClass(direction)}` }, queue.label("direction", row))];
}

function statusMark(queue, row) {
  return h("span", { class: `recon-status recon-status-${queue.status[row]}` }, queue.label("status", row));
}

class Grid {
  /** `on`: {pick(row, event), sort(key), all()} */
  constructor(prefix, on) {
    this.prefix = prefix;
    this.on = on;
    this.top = 0;
    this.header = h("div", { class: "recon-header", role: "row", "aria-rowindex": "1" });
    this.body = h("div", { class: "recon-rows", role: "rowgroup", onclick: (event) => this.clicked(event) });
    this.empty = h("p", { class: "recon-empty", hidden: true }, "Nothing fits this filter.");
    this.element = h(
      "div",
      { class: "recon-grid", role: "grid", tabindex: "0", "aria-label": "Discrepancies", "aria-multiselectable": "true" },
      h("div", { role: "rowgroup", class: "recon-head" }, this.header),
      this.body,
      this.empty,
    );
    this.element.addEventListener("scroll", () => this.scrolled());
    // JupyterLab takes cells out of the page while they are out of sight; the place is kept.
    this.observer = new ResizeObserver(() => {
      if (this.element.clientHeight && this.element.scrollTop !== this.top) this.element.scrollTop = this.top;
      this.draw();
    });
    this.observer.observe(this.element);
  }

  show(queue, selection, order) {
    Object.assign(this, { queue, selection });
    this.element.setAttribute("aria-rowcount", selection.visible.length + 1);
    this.element.setAttribute("aria-colcount", COLUMNS.length);
    this.body.style.height = `${selection.visible.length * ROW_HEIGHT}px`;
    this.empty.hidden = selection.visible.length > 0;
    this.order = order;
    this.draw();
  }

  scrolled() {
    if (this.element.clientHeight) this.top = this.element.scrollTop;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    if (!this.queue) return;
    const { visible, focus } = this.selection;
    const first = Math.max(0, Math.floor(this.element.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const shown = Math.ceil(this.element.clientHeight / ROW_HEIGHT) + 2 * SPARE_ROWS;
    this.header.replaceChildren(...COLUMNS.map((column) => this.heading(column)));
    this.body.replaceChildren(
      ...visible.slice(first, first + shown).map((row, place) => this.row(row, first + place)),
    );
    if (focus >= 0) this.element.setAttribute("aria-activedescendant", `${this.prefix}-row-${focus}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  heading({ key, label, number, sort }) {
    const kind = `recon-col recon-col-${key}${number ? " recon-number" : ""}`;
    if (key === "select") {
      const state = this.selection.isAll() ? "true" : this.selection.rows.size > 1 ? "mixed" : "false";
      const title = "Select every row that the filter shows (Ctrl+A)";
      const box = h("span", {
        class: "recon-check", role: "checkbox", "aria-checked": state, "aria-label": "Select all filtered rows",
        title, onclick: () => this.on.all(),
      });
      return h("div", { class: kind, role: "columnheader" }, box);
    }
    const sorted = this.order.key === key ? (this.order.descending ? "descending" : "ascending") : "none";
    return h(
      "div",
      {
        class: `${kind}${sort ? " recon-sortable" : ""}`, role: "columnheader", "aria-sort": sort ? sorted : null,
        onclick: () => sort && this.on.sort(key),
      },
      label,
      sorted === "none" ? null : h("span", { class: "recon-sorted", "aria-hidden": "true" }, sorted === "descending" ? "▾" : "▴"),
    );
  }

  row(row, position) {
    const chosen = this.selection.rows.has(row);
    const state = `${chosen ? " recon-selected" : ""}${row === this.selection.focus ? " recon-focused" : ""}`;
    const decided = this.queue.toDecide.has(this.queue.status[row]) ? "" : " recon-decided";
    return h(
      "div",
      {
        class: `recon-row${state}${decided}`, role: "row", id: `${this.prefix}-row-${row}`, "data-row": row,
        "data-id": this.queue.columns.id[row], "aria-rowindex": position + 2, "aria-selected": String(chosen),
        style: `top:${position * ROW_HEIGHT}px`,
      },
      this.cells(row),
    );
  }

  cells(row) {
    const nameless = isNameless(this.queue, row);
    const columns = nameless ? COLUMNS.filter(({ key }) => key !== "service") : COLUMNS;
    const cells = columns.map((column) => this.cell(column, row));
    if (nameless) {
      cells[1].classList.add("recon-col-spanned");
      cells[1].setAttribute("aria-colspan", "2");
    }
    return cells;
  }

  cell({ key, number, cell }, row) {
    const content = cell(this.queue, row);
    const colour = key === "impact" ? ` ${directionClass(this.queue.value("direction", row))}` : "";
    const full = typeof content[0] === "string" && !number ? content[0] : null;
    return h(
      "div",
      { class: `recon-col recon-col-${key}${number ? " recon-number" : ""}${colour}`, role: "gridcell", title: full },
      content,
    );
  }

  clicked(event) {
    const element = event.target.closest(".recon-row");
    if (element) this.on.pick(Number(element.dataset.row), event);
  }

  /** Scroll as little as needed to bring the focused row into sight. */
  reveal() {
    const position = this.selection.positions.get(this.selection.focus);
    if (position === undefined) return;
    const room = this.element.clientHeight - this.header.offsetHeight - ROW_HEIGHT;
    const top = position * ROW_HEIGHT;
    this.element.scrollTop = Math.min(top, Math.max(this.element.scrollTop, top - room));
    this.top = this.element.scrollTop;
  }
}
