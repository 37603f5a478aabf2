// The decide bar: note, date, buttons; and the one question asked before many rows are decided at once.

const KEYS_HELP = "j k move · Shift extends · Ctrl+A all · a accept · w waive · d dispute · t timing · u undo · n note · / search";

class DecideBar {
  /** `decide(action)` is called when a person asked for a decision; `commit(action)` when it is confirmed. */
  constructor(on) {
    this.on = on;
    this.armed = null;
    this.note = h("input", {
      type: "text", class: "recon-note", placeholder: "Note: what you know, and why  ( n )", "aria-label": "Note for the decision",
    });
    this.until = h("input", {
      type: "date", class: "recon-until", "aria-label": "Until",
      title: "Waive: asks again after this day. Dispute: the other party's deadline.",
    });
    this.buttons = h("div", { class: "recon-buttons", role: "group", "aria-label": "Decide" });
    this.question = h("div", { class: "recon-confirm", role: "alertdialog", "aria-label": "Confirm", hidden: true });
    this.hint = h("p", { class: "recon-hint" }, KEYS_HELP);
    this.tip = h("p", { class: "recon-tip", role: "tooltip", hidden: true });
    this.message = h("p", { class: "recon-message", role: "status", "aria-live": "polite" });
    this.element = h(
      "div",
      { class: "recon-decide", role: "group", "aria-label": "Decision" },
      this.tip,
      h(
        "div",
        { class: "recon-decide-row" },
        this.note, h("label", { class: "recon-until-label" }, "until ", this.until), this.buttons,
      ),
      this.question,
      h("div", { class: "recon-decide-foot" }, this.message, this.hint),
    );
  }

  fill(actions) {
    this.actions = Object.fromEntries(actions.map((action) => [action.action, action]));
    this.buttons.replaceChildren(...actions.map((action) => this.button(action)));
  }

  button({ action, label, key, help }) {
    const show = () => this.teach(help);
    const hide = () => this.teach("");
    return h(
      "button",
      {
        type: "button", class: `recon-button recon-button-${action}`, "aria-keyshortcuts": key, "aria-description": help,
        onclick: () => this.on.decide(action), onmouseenter: show, onmouseleave: hide, onfocus: show, onblur: hide,
      },
      label, h("kbd", { "aria-hidden": "true" }, key),
    );
  }

  /** A bubble above the buttons: it covers nothing that is pressed, and moves nothing. */
  teach(help) {
    this.tip.textContent = help;
    this.tip.hidden = help === "";
  }

  /** Whether the note is there that this action needs; if not, ask for it and wait for Enter. */
  noted(action) {
    const { label, needs_note: needed } = this.actions[action];
    if (!needed || this.note.value.trim()) return true;
    this.arm(action);
    this.tell(`${label} needs a note: say why, then press Enter.`);
    this.note.focus();
    return false;
  }

  arm(action) {
    this.armed = action;
    for (const button of this.buttons.children) {
      button.classList.toggle("recon-armed", action !== null && button.classList.contains(`recon-button-${action}`));
    }
  }

  ask(action, count, totals) {
    const { label, until } = this.actions[action];
    const what = `${label} ${plural(count, "discrepancy", "discrepancies")}`;
    const confirm = h("button", { type: "button", class: "recon-button recon-yes", onclick: () => this.on.commit(action) }, what);
    const cancel = h("button", { type: "button", class: "recon-button recon-no", onclick: () => this.on.cancel() }, "Cancel");
    const date = until && this.until.value ? ` ${until} ${this.until.value}.` : "";
    const note = this.note.value.trim() ? ` Note: “${this.note.value.trim()}”` : "";
    this.question.replaceChildren(
      h("p", {}, h("b", {}, `${what}?`), h("span", { class: "recon-confirm-money" }, ` ${moneyText(totals)}.`), `${date}${note}`),
      confirm,
      cancel,
    );
    this.question.hidden = false;
    confirm.focus();
  }

  asking() {
    return !this.question.hidden;
  }

  close() {
    this.question.hidden = true;
    this.question.replaceChildren();
  }

  busy(yes) {
    for (const button of this.element.querySelectorAll("button")) button.disabled = yes;
  }

  clear() {
    this.note.value = this.until.value = "";
    this.arm(null);
  }

  tell(text, failed = false) {
    this.message.textContent = text;
    this.message.classList.toggle("recon-error", failed);
  }
}
