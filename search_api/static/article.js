// "Back" leads to the results that the reader came from, when the browser tells them.

const from = document.referrer && new URL(document.referrer);

if (from && from.origin === location.origin && from.pathname === "/" && from.search) {
  document.querySelector("#back").href = from.pathname + from.search;
}
