// "Back" leads to the results that the reader came from, also from an article behind an article;
// ticked steps stay ticked in this tab.

const back = document.querySelector("#back");
const search = new URLSearchParams(location.search).get("s");
const from = document.referrer && new URL(document.referrer);
const came = from && from.origin === location.origin && from.pathname === back.pathname && from.search;

if (came) {
  back.search = from.search;
  if (search) sessionStorage.setItem(`back ${search}`, back.pathname + back.search);
} else if (search) {
  back.href = sessionStorage.getItem(`back ${search}`) || back.href;
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
