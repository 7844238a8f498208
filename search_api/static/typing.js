// What pages share where somebody types: Enter searches, and Shift + Enter begins a line.

const SAFARI_COMPOSING = 229; // Safari ends a composition before the key that confirms it.

export function composing(event) {
  return event.isComposing || event.keyCode === SAFARI_COMPOSING;
}

export function searchOnEnter(field) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
}
