// The filter bar: status first, since a day's work is what is still to decide.

const LISTS = [
  ["status", "Status"],
  ["kind", "Kind"],
  ["leg", "Leg"],
  ["client", "Client"],
  ["service", "Service"],
  ["currency", "Currency"],
];

class Filters {
  /** `changed()` is called on each change of a filter. */
  constructor(changed) {
    this.changed = changed;
    this.direction = "";
    this.lists = {};
    this.search = this.field("search", "Search", "Search ( / )", "Search names, contract, explanation");
    this.minimum = this.field("text", "Minimum", "Min. amount", "Smallest absolute amount");
    this.minimum.inputMode = "decimal";
    this.clear = h("button", { type: "button", class: "recon-clear", onclick: () => this.reset() }, "Clear");
    this.count = h("span", { class: "recon-count" });
    this.element = h("div", { class: "recon-filters", role: "search", "aria-label": "Filter" }, this.search);
  }

  field(type, name, placeholder, label) {
    const kind = `recon-filter recon-filter-${name.toLowerCase()}`;
    return h("input", { type, class: kind, placeholder, "aria-label": label, oninput: () => this.changed() });
  }

  /** Fill the lists with the values that occur in the queue. */
  fill(queue) {
    for (const [name, label] of LISTS) {
      const options = name === "status" ? [["to_decide", "To decide"], ...this.statuses(queue)] : queue.options(name);
      this.lists[name] = h(
        "select",
        { class: `recon-filter recon-filter-${name}`, "aria-label": `Filter by ${label.toLowerCase()}`, onchange: () => this.changed() },
        h("option", { value: "" }, `${label}: all`),
        options.map(([value, text]) => h("option", { value }, text)),
      );
    }
    this.lists.status.value = "to_decide";
    this.element.replaceChildren(this.search, ...Object.values(this.lists), this.minimum, this.clear, this.count);
  }

  /** Every status there is a word for: also those that nobody used yet. */
  statuses(queue) {
    return Object.entries(queue.words.labels.status);
  }

  reset() {
    for (const list of Object.values(this.lists)) list.value = "";
    this.lists.status.value = "to_decide";
    this.search.value = this.minimum.value = this.direction = "";
    this.changed();
  }

  criteria() {
    const lists = Object.fromEntries(Object.entries(this.lists).map(([name, list]) => [name, list.value]));
    const minimum = typedUnits(this.minimum.value);
    this.minimum.setAttribute("aria-invalid", String(this.minimum.value.trim() !== "" && minimum === null));
    for (const list of Object.values(this.lists)) list.classList.toggle("recon-active", list.value !== "");
    return { ...lists, direction: this.direction, minimum, text: this.search.value };
  }

  tell(shown, size, selected) {
    const chosen = selected > 1 ? ` · ${grouped(String(selected))} selected` : "";
    this.count.textContent = `${grouped(String(shown))} of ${grouped(String(size))}${chosen}`;
  }
}

/** What is still to decide, per currency; each direction is a button which filters by it. */
class Totals {
  constructor(filters) {
    this.filters = filters;
    this.element = h("div", { class: "recon-totals", role: "group", "aria-label": "Still to decide" });
  }

  show(totals, words) {
    const decided = totals.rows - totals.waiting;
    const stake = h(
      "div",
      { class: "recon-card recon-card-open", title: "Absolute impact of everything that waits for a decision" },
      h("span", { class: "recon-card-label" }, `To decide · ${grouped(String(totals.waiting))}`),
      this.money(totals.at_stake, grouped),
      h("span", { class: "recon-card-note" }, `${grouped(String(decided))} of ${grouped(String(totals.rows))} decided`),
    );
    const cards = Object.entries(totals.directions).map(([direction, found]) => this.card(direction, found, words));
    this.element.replaceChildren(stake, ...cards);
  }

  card(direction, found, words) {
    const pressed = this.filters.direction === direction;
    const count = found.reduce((sum, [, , rows]) => sum + rows, 0);
    return h(
      "button",
      {
        type: "button", class: `recon-card recon-card-${direction}`, "aria-pressed": String(pressed),
        title: `${words.direction_help[direction] ?? ""} Click to show only these.`,
        onclick: () => {
          this.filters.direction = pressed ? "" : direction;
          this.filters.changed();
        },
      },
      h("span", { class: `recon-card-label recon-mark ${directionClass(direction)}` },
        `${words.labels.direction[direction] ?? spoken(direction)} · ${grouped(String(count))}`),
      this.money(found, signed),
    );
  }

  money(found, format) {
    const lines = found.map(([currency, text]) =>
      h("span", { class: "recon-card-money", "data-currency": currency }, h("small", {}, currency), ` ${format(text)}`),
    );
    return lines.length ? lines : [h("span", { class: "recon-card-money recon-none" }, "nothing left")];
  }
}
