// Elements. Names, notes and explanations are written by others: they only ever become text nodes.

/** h("td", {class: "x", "aria-label": "…", onclick: f}, child, "text", …); null and false are left out. */
function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false));
  return element;
}

/** A code as people read it, where there is no label for it. */
function spoken(code) {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The colour class of a direction of money; the direction's words are always shown beside it. */
function directionClass(direction) {
  const toUs = direction === "overbilled" || direction === "vendor_undercharge";
  return `recon-direction-${direction === "neutral" ? "neutral" : toUs ? "over" : "loss"}`;
}

function isTyping(target) {
  return target instanceof Element && target.matches("input, select, textarea");
}
