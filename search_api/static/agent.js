// One key per solution and per verdict, Enter to search, and a button that copies the customer's
// link: every one of them is also a link or a form that works without this.

import { composing, searchOnEnter } from "./typing.js";

const field = document.querySelector("#symptom");
const shortcuts = document.querySelector("#shortcuts");
const suggestions = [...document.querySelectorAll(".suggestion")];
let selected = null;

function select(suggestion) {
  if (!suggestion) return;
  selected?.classList.remove("selected");
  selected?.removeAttribute("aria-current");
  selected = suggestion;
  selected.classList.add("selected");
  selected.setAttribute("aria-current", "true");
}

function writing(target) {
  return target.isContentEditable || target.matches("input, textarea, select");
}

function press(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (composing(event) || modified || event.repeat || writing(event.target)) return;
  const numbered = suggestions[Number(event.key) - 1];
  if (numbered) {
    select(numbered);
    numbered.focus();
  } else {
    record(event.key.toLowerCase());
  }
}

// A key that hits before anything was chosen records nothing, and leads to what comes first.
function record(key) {
  const button = (each) => each.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (selected) button(selected)?.click();
  else if (button(suggestions[0])) shortcuts.focus();
}

async function copy(button) {
  const url = new URL(button.dataset.url, location.href).href;
  try {
    await navigator.clipboard.writeText(url);
    button.textContent = button.dataset.copied;
  } catch {
    button.textContent = button.dataset.failed; // Browsers refuse it on plain HTTP.
  }
}

for (const suggestion of suggestions) {
  suggestion.addEventListener("focusin", () => select(suggestion));
  suggestion.addEventListener("click", () => select(suggestion));
}
for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
searchOnEnter(field);
document.querySelector("#keys").hidden = false;
if (suggestions.length) {
  shortcuts.hidden = false;
  document.addEventListener("keydown", press);
  select(suggestions.find((each) => `#${each.id}` === location.hash)); // it was recorded just now
} else {
  field.focus();
}
