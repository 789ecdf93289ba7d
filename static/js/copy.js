// <button class="button" data-copy="id-of-an-element" hidden>: shown only where it can work.
const show = (root) => {
  if (!navigator.clipboard) return;
  root.querySelectorAll("[data-copy][hidden]").forEach((button) => (button.hidden = false));
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  const label = button.querySelector("span") ?? button;
  const word = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = word), 1500);
});

document.addEventListener("htmx:afterSettle", () => show(document));
show(document);
