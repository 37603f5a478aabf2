// Exact numbers. Python sends decimal strings; sums here are whole numbers of 10^-12 (BigInt), never floats.

const SCALE = 12;

/** "-1234.5" as a BigInt of 10^-12 units. */
function toUnits(text) {
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(SCALE, "0").slice(0, SCALE));
  return text.startsWith("-") ? -units : units;
}

/** A BigInt of 10^-12 units as a decimal string with at least two decimals. */
function fromUnits(units) {
  const digits = String(units < 0n ? -units : units).padStart(SCALE + 1, "0");
  const fraction = digits.slice(-SCALE).replace(/0+$/, "").padEnd(2, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -SCALE)}.${fraction}`;
}

function absolute(units) {
  return units < 0n ? -units : units;
}

/** "-1234567.50" → "−1,234,567.50": separators and a real minus sign; no digit changes. */
function grouped(text) {
  const [whole, fraction] = text.split(".");
  const parted = whole.replace("-", "\u2212").replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}

/** The same with a plus sign before a positive number, for differences and impacts. */
function signed(text) {
  return text === "" || text.startsWith("-") || !/[1-9]/.test(text) ? grouped(text) : `+${grouped(text)}`;
}

/** What a person typed as a smallest amount ("1,500", "$20"), in units; null if it is no number. */
function typedUnits(text) {
  const plain = text.replace(/[\s,$€£]/g, "");
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? toUnits(plain.startsWith(".") ? `0${plain}` : plain) : null;
}

function plural(count, one, many = `${one}s`) {
  return `${grouped(String(count))} ${count === 1 ? one : many}`;
}
