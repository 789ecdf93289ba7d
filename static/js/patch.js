// hx-ext="patch" hx-swap="patch": changes only what differs, so that a line grows in place and
// focus, open details and running animations stay as they are.
const same = (old, next) =>
  old.nodeType === next.nodeType && old.nodeName === next.nodeName && old.id === next.id;

const copyAttributes = (old, next) => {
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name) && name !== "open" && name !== "class") old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (!next.hasAttribute("class")) old.removeAttribute("class");
};

const patch = (old, next) => {
  if (old.isEqualNode(next)) return;
  if (!same(old, next)) return old.replaceWith(next);
  if (old.nodeType !== Node.ELEMENT_NODE) return void (old.nodeValue = next.nodeValue);
  copyAttributes(old, next);
  const [before, after] = [[...old.childNodes], [...next.childNodes]];
  after.forEach((child, i) => (before[i] ? patch(before[i], child) : old.append(child)));
  before.slice(after.length).forEach((child) => child.remove());
};

htmx.defineExtension("patch", {
  handleSwap(style, target, fragment) {
    if (style !== "patch") return false;
    patch(target, fragment.firstElementChild);
    return [target];
  },
});
