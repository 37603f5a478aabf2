// The review: wires the parts together, listens to keys, and talks to Python by custom messages.

const PATIENCE_MS = 1200;
const DETAIL_DELAY_MS = 60;

class Review {
  constructor(model, root) {
    this.model = model;
    this.view = Math.random().toString(36).slice(2);
    this.details = new Map();
    this.order = { key: "impact", descending: true };
    this.selection = new Selection();
    this.filters = new Filters(() => this.filter());
    this.totals = new Totals(this.filters);
    this.detail = new Detail();
    this.bar = new DecideBar({
      decide: (action) => this.decide(action),
      commit: (action) => this.commit(action),
      cancel: () => this.cancel(),
    });
    this.grid = new Grid(`recon-${this.view}`, {
      pick: (row, event) => this.pick(row, event),
      sort: (key) => this.sort(key),
      all: () => this.toggleAll(),
    });
    this.title = h("h2", {}, "Review");
    this.element = h(
      "section",
      { class: "recon-review", role: "region", "aria-label": "Review of discrepancies" },
      h("header", { class: "recon-top" }, this.title, this.totals.element),
      this.filters.element,
      h("div", { class: "recon-panes" }, this.grid.element, this.detail.element),
      this.bar.element,
    );
    root.append(this.element);
  }

  // --- messages -----------------------------------------------------------------------------------

  send(message) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.bar.tell("Waiting for the kernel: it is busy, or it has stopped."), PATIENCE_MS);
    this.model.send({ ...message, view: this.view });
  }

  /** A decision taken in one view concerns all views; every other answer only the view that asked. */
  receive(message, buffers) {
    const mine = message.view === this.view;
    if (!mine && message.type !== "decided") return;
    if (mine) {
      clearTimeout(this.waiting);
      if (this.bar.message.textContent.startsWith("Waiting for the kernel")) this.bar.tell("");
    }
    if (message.type === "queue") this.opened(message, buffers[0]);
    else if (message.type === "detail") this.detailed(message);
    else if (message.type === "decided" && this.queue) this.decided(message, mine);
    else if (message.type === "error") this.failed(message);
  }

  opened({ words, totals }, columns) {
    this.queue = new Queue(JSON.parse(new TextDecoder().decode(columns)), words);
    this.title.replaceChildren("Review ", h("span", {}, words.cycle));
    this.element.setAttribute("aria-label", `Review of discrepancies, cycle ${words.cycle}`);
    this.lastTotals = totals;
    this.filters.fill(this.queue);
    this.bar.fill(words.actions);
    this.filter();
    this.element.classList.add("recon-ready");
  }

  detailed({ row, detail }) {
    this.details.set(row, detail);
    if (row === this.selection.focus) this.detail.show(this.queue, row, detail);
  }

  decided({ action, rows, statuses, totals }, mine) {
    rows.forEach((row, place) => {
      this.queue.status[row] = statuses[place];
      this.details.delete(row);
    });
    this.lastTotals = totals;
    if (mine) {
      this.last = action === "undo" ? [] : rows;
      this.bar.busy(false);
      this.bar.clear();
      this.bar.tell(`${this.bar.actions[action].done}: ${this.naming(rows)}.${action === "undo" ? "" : " Press u to undo."}`);
    }
    this.filter();
    if (mine) {
      // What was taken back is looked at again; otherwise the next row is already in focus.
      const back = action === "undo" && this.selection.positions.has(rows[0]);
      this.selection.only(back ? rows[0] : this.selection.focus);
      this.changed();
      this.grid.reveal();
      this.grid.element.focus({ preventScroll: true });
    }
  }

  failed({ line, asked }) {
    this.bar.busy(false);
    this.bar.tell(asked === "decide" ? `Not decided: ${line}` : line, true);
    if (asked === "detail") this.detail.message(line);
  }

  naming(rows) {
    const money = moneyText(this.queue.totals(rows));
    return rows.length === 1
      ? `${this.queue.label("kind", rows[0])}, ${this.queue.label("client", rows[0]) || "no client"}, ${money}`
      : `${plural(rows.length, "row")}, ${money}`;
  }

  // --- what is shown ------------------------------------------------------------------------------

  filter() {
    const rows = this.queue.select(this.filters.criteria());
    this.selection.show(this.queue.sort(rows, this.order.key, this.order.descending));
    this.totals.show(this.lastTotals, this.queue.words);
    this.changed();
  }

  sort(key) {
    const descending = this.order.key === key ? !this.order.descending : key === "impact" || key === "age";
    this.order = { key, descending };
    this.filter();
    this.grid.reveal();
  }

  /** The selection or the rows changed: draw again, and fetch the detail if the focus rests on the row. */
  changed() {
    this.bar.close();
    this.grid.show(this.queue, this.selection, this.order);
    this.filters.tell(this.selection.visible.length, this.queue.size, this.selection.rows.size);
    const { focus } = this.selection;
    clearTimeout(this.asking);
    if (focus < 0) return this.detail.message("Select a discrepancy to see both sides.");
    const known = this.details.get(focus) ?? null;
    this.detail.show(this.queue, focus, known);
    if (!known) this.asking = setTimeout(() => this.send({ type: "detail", row: focus }), DETAIL_DELAY_MS);
  }

  pick(row, event) {
    const box = event.target.closest(".recon-col-select");
    if (event.shiftKey) this.selection.extend(row);
    else if (event.ctrlKey || event.metaKey || box) this.selection.toggle(row);
    else this.selection.only(row);
    this.changed();
  }

  move(step, extend) {
    const row = this.selection.neighbour(step);
    if (row < 0) return;
    if (extend) this.selection.extend(row);
    else this.selection.only(row);
    this.changed();
    this.grid.reveal();
  }

  toggleAll() {
    if (this.selection.isAll()) this.selection.only(this.selection.focus);
    else this.selection.all();
    this.changed();
  }

  // --- deciding -----------------------------------------------------------------------------------

  /** Rows an action is about: the selection; "undo" on undecided rows takes back the last decision. */
  about(action) {
    const rows = this.selection.list();
    if (action !== "undo") return rows;
    const decided = rows.filter((row) => this.queue.status[row] !== "open");
    return decided.length ? decided : this.last ?? [];
  }

  decide(action) {
    const rows = this.about(action);
    if (!rows.length) return this.bar.tell(action === "undo" ? "There is no decision to undo." : "Select a discrepancy first.");
    if (!this.bar.noted(action)) return;
    if (rows.length === 1) return this.commit(action);
    this.bar.ask(action, rows.length, this.queue.totals(rows));
  }

  commit(action) {
    const rows = this.about(action);
    const until = this.bar.actions[action].until ? this.bar.until.value : "";
    this.bar.close();
    this.bar.busy(true);
    this.send({ type: "decide", rows, action, note: this.bar.note.value, until });
  }

  cancel() {
    this.bar.close();
    this.bar.arm(null);
    this.bar.tell("");
    this.grid.element.focus({ preventScroll: true });
  }

  /** Escape: leave the question, then the field, then the selection of many. */
  escape(event) {
    if (this.bar.asking() || this.bar.armed) return this.cancel();
    if (isTyping(event.target)) return this.grid.element.focus({ preventScroll: true });
    this.selection.only(this.selection.focus);
    this.changed();
  }

  // --- keys ---------------------------------------------------------------------------------------

  key(event) {
    if (!this.queue) return;
    if (event.key === "Escape") return this.handled(event, () => this.escape(event));
    if (event.key === "Enter" && event.target === this.bar.note && this.bar.armed) {
      return this.handled(event, () => this.decide(this.bar.armed));
    }
    if (isTyping(event.target)) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
      return this.handled(event, () => {
        this.selection.all();
        this.changed();
      });
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const run = this.keys(event)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (run) this.handled(event, run);
  }

  keys({ shiftKey, target }) {
    const page = Math.max(1, Math.floor(this.grid.element.clientHeight / ROW_HEIGHT) - 2);
    const actions = Object.values(this.bar.actions).map(({ key, action }) => [key, () => this.decide(action)]);
    const moves = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    // While the question is open, or in the detail pane, arrows keep their usual meaning.
    const elsewhere = this.bar.asking() || target === this.detail.element;
    const moving = Object.entries(moves).filter(([key]) => key.length === 1 ? !this.bar.asking() : !elsewhere);
    return {
      ...Object.fromEntries(this.bar.asking() ? [] : actions),
      ...Object.fromEntries(moving.map(([key, step]) => [key, () => this.move(step, shiftKey)])),
      n: () => this.bar.note.focus(),
      "/": () => this.filters.search.select(),
    };
  }

  handled(event, run) {
    event.preventDefault();
    run();
  }
}

/**
 * Hear the widget's keys before JupyterLab does, which would take "x" for cutting the cell the widget is in.
 * Ctrl+S goes on to JupyterLab: it still saves the notebook.
 */
function listenFirst(review) {
  const hear = (event) => {
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
    if (saves || !review.element.contains(event.target)) return;
    event.stopPropagation();
    review.key(event);
  };
  window.addEventListener("keydown", hear, true);
  return () => window.removeEventListener("keydown", hear, true);
}

export default {
  render({ model, el }) {
    const review = new Review(model, el);
    const receive = (message, buffers) => review.receive(message, buffers);
    const stopListening = listenFirst(review);
    model.on("msg:custom", receive);
    review.send({ type: "ready" });
    return () => {
      model.off("msg:custom", receive);
      stopListening();
      review.grid.observer.disconnect();
      clearTimeout(review.waiting);
      clearTimeout(review.asking);
    };
  },
};
