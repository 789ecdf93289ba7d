// What htmx does not do by itself: focus after a refused form, one line when a request fails,
// and no polling while nobody looks. On a phone the bar of sections begins at the one that is open.
const trouble = document.getElementById("trouble");

const say = (text) => {
  trouble.textContent = text;
  trouble.hidden = !text;
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.hasAttribute("data-poll")) event.preventDefault();
});

const focusFirstBad = (root) =>
  root.querySelector?.("[aria-invalid=true], .field:has(.error) :is(input, select, textarea)")?.focus();

focusFirstBad(document);
document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("htmx:afterSettle", (event) => {
  focusFirstBad(event.target);
  event.target.querySelector?.("[data-show]")?.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) say("");
});

document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const id = event.detail.xhr.getResponseHeader("X-Request-Id");
  if (event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")) say(responseText);
  else if (status === 403) say("This was refused: you may have been signed out, or lack the right. Load the page again.");
  else if (status === 404) say("What this page shows is gone. Load the page again.");
  else say(`The server could not answer (${status}). Nothing was changed half way. Request id: ${id ?? "none"}.`);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => say("The server does not answer. This page shows what was known last."));
}
