// "Back" leads to the results that the reader came from; ticked steps stay ticked in this tab.

const from = document.referrer && new URL(document.referrer);

if (from && from.origin === location.origin && from.pathname === "/" && from.search) {
  document.querySelector("#back").href = from.pathname + from.search;
}

const boxes = [...document.querySelectorAll(".tick")];
const ticked = new Set(JSON.parse(sessionStorage.getItem(location.pathname) || "[]"));

function keep() {
  const now = boxes.filter((each) => each.checked).map((each) => each.parentElement.id);
  sessionStorage.setItem(location.pathname, JSON.stringify(now));
}

for (const box of boxes) {
  box.checked ||= ticked.has(box.parentElement.id); // somebody may have been faster than this script
  box.addEventListener("change", keep);
}
if (boxes.length) keep();
