// Copies the text of an element (data-copy="its id"), or what an address answers to the form that
// the button stands in (data-copy-from="/address"). Shown only where it can work.
const show = () => {
  if (!navigator.clipboard) return;
  document.querySelectorAll(":is([data-copy], [data-needs-clipboard])[hidden]").forEach((one) => (one.hidden = false));
};

const answer = async (button) => {
  const chosen = new URLSearchParams(new FormData(button.form));
  const response = await fetch(`${button.dataset.copyFrom}?${chosen}`);
  // A page that asks to sign in again is no report.
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return new Blob([await response.text()], { type: "text/plain" });
};

const copy = (button) => {
  const { copy: id } = button.dataset;
  if (id) return navigator.clipboard.writeText(document.getElementById(id).textContent.trim());
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": answer(button) })]);
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const label = button.querySelector("span") ?? button;
  const word = label.textContent;
  label.textContent = await copy(button).then(() => "Copied", () => "Not copied");
  setTimeout(() => (label.textContent = word), 1500);
});

document.addEventListener("htmx:afterSettle", show);
show();
