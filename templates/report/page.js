// Optional: the page is whole without it. Sorts tables by a click on a heading, filters the ranked ones, and marks
// the current section in the contents.
(() => {
  "use strict";
  const number = (text) => {
    const digits = text.replace(/\u2212/g, "-").replace(/[^0-9.-]/g, "");
    return /\d/.test(digits) ? Number(digits) : null;
  };
  const order = (a, b) => {
    const [x, y] = [number(a), number(b)];
    return x !== null && y !== null ? x - y : x !== null ? 1 : y !== null ? -1 : 0;
  };
  const numeric = (heading) => heading.classList.contains("n");

  document.querySelectorAll("table.sortable").forEach((table) => {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      if (heading.classList.contains("bar")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", down);
        const sign = down === "descending" ? -1 : 1;
        const text = (row) => row.cells[column].firstChild?.textContent.trim() ?? "";
        const compare = numeric(heading) ? order : (a, b) => a.localeCompare(b, undefined, { numeric: true });
        body.append(...[...body.rows].sort((a, b) => sign * compare(text(a), text(b))));
      });
    });
  });

  document.querySelectorAll("table.filterable").forEach((table) => {
    const tools = document.createElement("div");
    const input = document.createElement("input");
    const told = document.createElement("span");
    tools.className = "tools";
    input.type = "search";
    input.placeholder = table.dataset.filter;
    input.setAttribute("aria-label", table.dataset.filter);
    told.setAttribute("role", "status");
    tools.append(input, told);
    table.before(tools);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const bodies = [...table.tBodies];
      bodies.forEach((body) => {
        const text = body.textContent.toLowerCase();
        body.hidden = !words.every((word) => text.includes(word));
      });
      const left = bodies.filter((body) => !body.hidden).length;
      told.textContent = words.length ? `${left} of ${bodies.length} shown` : "";
    });
  });

  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [link.hash.slice(1), link]));
  if (!("IntersectionObserver" in window) || !links.size) return;
  const seen = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    });
  }, { rootMargin: "0px 0px -75% 0px" });
  links.forEach((_, id) => {
    const heading = document.getElementById(id);
    if (heading) seen.observe(heading);
  });
})();
