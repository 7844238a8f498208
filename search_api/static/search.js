// The search field grows with its text, Enter searches, and a log takes along what was written
// above it: the forms work without any of this.

const field = document.querySelector("#symptom");
const log = document.querySelector("#log-form");
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

function carry() {
  for (const name of ["q", "product", "os"]) log.elements[name].value = field.form.elements[name].value;
}

field.addEventListener("input", grow);
field.addEventListener("keydown", submitOnEnter);
log.addEventListener("submit", carry);
document.querySelector("#keys").hidden = false;
grow();
if (!field.value && !document.querySelector("[role=alert]")) field.focus();
