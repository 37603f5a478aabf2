// Which rows are selected and which one has the focus. Only rows that the filter shows can be selected,
// so that nobody decides what they do not see.

class Selection {
  constructor() {
    this.visible = [];
    this.positions = new Map();
    this.rows = new Set();
    this.focus = -1;
    this.anchor = -1;
  }

  /** New visible rows: hidden ones leave the selection; the focus stays, or moves to what took its place. */
  show(visible) {
    const before = this.positions.get(this.focus) ?? 0;
    this.visible = visible;
    this.positions = new Map(visible.map((row, position) => [row, position]));
    this.rows = new Set([...this.rows].filter((row) => this.positions.has(row)));
    if (!this.positions.has(this.focus)) this.only(visible[Math.min(before, visible.length - 1)] ?? -1);
    else if (!this.rows.size) this.rows.add(this.focus);
  }

  only(row) {
    this.rows = new Set(row < 0 ? [] : [row]);
    this.focus = this.anchor = row;
  }

  toggle(row) {
    if (!this.rows.delete(row)) this.rows.add(row);
    this.focus = this.anchor = row;
  }

  /** From the anchor to `row`, both included. */
  extend(row) {
    const [from, to] = [this.positions.get(this.anchor) ?? 0, this.positions.get(row)].sort((a, b) => a - b);
    this.rows = new Set(this.visible.slice(from, to + 1));
    this.focus = row;
  }

  all() {
    this.rows = new Set(this.visible);
  }

  isAll() {
    return this.visible.length > 0 && this.rows.size === this.visible.length;
  }

  /** The row `step` places from the focus, kept inside the list; -1 when there is none. */
  neighbour(step) {
    const position = (this.positions.get(this.focus) ?? 0) + step;
    return this.visible[Math.max(0, Math.min(position, this.visible.length - 1))] ?? -1;
  }

  /** Selected rows in the order in which they are shown. */
  list() {
    return this.visible.filter((row) => this.rows.has(row));
  }
}
