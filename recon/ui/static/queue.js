// The queue: columns as Python sent them, and the row numbers that a filter lets through, in order.

const CODED = ["kind", "leg", "client", "service", "contract", "currency", "direction"];

class Queue {
  constructor(columns, words) {
    this.words = words;
    this.size = columns.id.length;
    this.columns = columns;
    this.coded = Object.fromEntries(
      CODED.map((name) => [name, { values: columns[name].values, codes: Int32Array.from(columns[name].codes) }]),
    );
    this.status = columns.status.codes.map((code) => columns.status.values[code]);
    this.measure = columns.measure.codes.map((code) => columns.measure.values[code]);
    this.toDecide = new Set(words.to_decide);
    this.collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  }

  value(name, row) {
    const { values, codes } = this.coded[name];
    return values[codes[row]];
  }

  labelOf(name, value) {
    return this.words.labels[name]?.[value] ?? (name === "kind" || name === "status" ? spoken(value) : value);
  }

  label(name, row) {
    return this.labelOf(name, name === "status" ? this.status[row] : this.value(name, row));
  }

  impact(row) {
    return this.columns.impact[row];
  }

  /** [value, label] of the values that occur, for a filter's list. */
  options(name) {
    const values = name === "status" ? [...new Set(this.status)] : this.coded[name].values;
    return values
      .filter((value) => value !== "")
      .map((value) => [value, this.labelOf(name, value)])
      .sort((a, b) => this.collator.compare(a[1], b[1]));
  }

  /** Row numbers that fit all criteria, in ranked order. */
  select({ status, minimum, text, ...exact }) {
    const tests = [];
    for (const [name, wanted] of Object.entries(exact)) {
      if (!wanted) continue;
      const { values, codes } = this.coded[name];
      const code = values.indexOf(wanted);
      tests.push((row) => codes[row] === code);
    }
    if (status === "to_decide") tests.push((row) => this.toDecide.has(this.status[row]));
    else if (status) tests.push((row) => this.status[row] === status);
    if (minimum !== null) tests.push((row) => this.magnitudes()[row] >= minimum);
    for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
      tests.push((row) => this.texts()[row].includes(word));
    }
    const rows = [];
    for (let row = 0; row < this.size; row++) if (tests.every((test) => test(row))) rows.push(row);
    return rows;
  }

  magnitudes() {
    this.units ??= this.columns.impact.map((text) => absolute(toUnits(text)));
    return this.units;
  }

  /** What free text looks through: names and codes, kind, contract, explanation and id of each row. */
  texts() {
    if (this.haystack) return this.haystack;
    const known = Object.fromEntries(
      CODED.map((name) => [
        name,
        this.coded[name].values.map((value) => `${value}\n${this.labelOf(name, value)}`.toLowerCase()),
      ]),
    );
    this.haystack = this.columns.id.map((id, row) =>
      [
        ...["client", "service", "kind", "contract"].map((name) => known[name][this.coded[name].codes[row]]),
        this.columns.explanation[row].toLowerCase(),
        id.toLowerCase(),
      ].join("\n"),
    );
    return this.haystack;
  }

  /** `rows` sorted by a column; "impact" is the ranked order itself (largest absolute impact first). */
  sort(rows, key, descending) {
    if (key === "impact") return descending ? rows : [...rows].reverse();
    const ranks = this.ranks(key);
    const sign = descending ? -1 : 1;
    return [...rows].sort((a, b) => sign * (ranks(a) - ranks(b)) || a - b);
  }

  ranks(key) {
    if (key === "age") return (row) => this.columns.age[row] ?? 0;
    const values = key === "status" ? [...new Set(this.status)] : this.coded[key].values;
    const sorted = [...values].sort((a, b) => this.collator.compare(this.labelOf(key, a), this.labelOf(key, b)));
    const rank = new Map(sorted.map((value, position) => [value, position]));
    if (key === "status") return (row) => rank.get(this.status[row]);
    const { codes } = this.coded[key];
    const byCode = values.map((value) => rank.get(value));
    return (row) => byCode[codes[row]];
  }

  /** Exact totals of rows as [currency, text] pairs; unlike currencies are never added. */
  totals(rows) {
    const sums = new Map();
    for (const row of rows) {
      const currency = this.value("currency", row);
      sums.set(currency, (sums.get(currency) ?? 0n) + toUnits(this.impact(row)));
    }
    return [...sums].sort().map(([currency, units]) => [currency, fromUnits(units)]);
  }
}

/** [[ "USD", "-1.00" ], …] as "USD -1.00 · CAD +2.00". */
function moneyText(totals) {
  return totals.map(([currency, text]) => `${currency} ${signed(text)}`).join(" · ");
}
