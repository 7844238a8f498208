// The search field grows with its text, and Enter searches: the form works without either.

const field = document.querySelector("#symptom");
const SAFARI_COMPOSING = 229; // Safari ends a composition before the key that confirms it.

function grow() {
  field.rows = 2;
  while (field.scrollHeight > field.clientHeight && field.rows < 10) field.rows += 1;
}

function submitOnEnter(event) {
  const composing = event.isComposing || event.keyCode === SAFARI_COMPOSING;
  if (event.key !== "Enter" || event.shiftKey || composing) return;
  event.preventDefault();
  field.form.requestSubmit();
}

field.addEventListener("input", grow);
field.addEventListener("keydown", submitOnEnter);
document.querySelector("#keys").hidden = false;
grow();
if (!field.value) field.focus();
