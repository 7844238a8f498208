// Times are told by the reader's clock; the UTC text of the page stays as their title.

// Swedish writes times as ISO 8601 does, and as our pages do.
const local = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short" });

for (const time of document.querySelectorAll('time[datetime*="T"]')) {
  time.title = time.textContent;
  time.textContent = local.format(new Date(time.dateTime));
}
