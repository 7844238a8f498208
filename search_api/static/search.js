// The search field grows with its text, Enter searches, and a log takes along what was written
// above it: the forms work without any of this.

import { searchOnEnter } from "./typing.js";

const field = document.querySelector("#symptom");
const log = document.querySelector("#log-form");

function grow() {
  field.rows = 2;
  while (field.scrollHeight > field.clientHeight && field.rows < 10) field.rows += 1;
}

function carry() {
  for (const name of ["q", "product", "os"]) log.elements[name].value = field.form.elements[name].value;
}

field.addEventListener("input", grow);
searchOnEnter(field);
log.addEventListener("submit", carry);
document.querySelector("#keys").hidden = false;
grow();
if (!field.value && !document.querySelector("[role=alert]")) field.focus();
