// One key per solution and per verdict, and a button that copies the customer's link: every one of
// them is also a link or a form that works without this.

const SAFARI_COMPOSING = 229; // Safari ends a composition before the key that confirms it.
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
  const composing = event.isComposing || event.keyCode === SAFARI_COMPOSING;
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (composing || modified || event.repeat || writing(event.target)) return;
  const numbered = suggestions[Number(event.key) - 1];
  if (numbered) {
    select(numbered);
    numbered.focus();
  } else {
    selected?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  }
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
if (suggestions.length) {
  document.querySelector("#shortcuts").hidden = false;
  document.addEventListener("keydown", press);
  select(suggestions.find((each) => `#${each.id}` === location.hash) || suggestions[0]);
} else {
  document.querySelector("#symptom").focus();
}
