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

// Children pair up by their place, and those with an id by it: what comes new goes in before them.
const patchChildren = (old, next) => {
  const ids = new Set([...next.children].map((child) => child.id).filter(Boolean));
  let at = old.firstChild;
  for (const child of [...next.childNodes]) {
    const twin = child.id && [...old.children].find((one) => one.id === child.id);
    while (twin && at && at !== twin && !ids.has(at.id)) at = drop(at);
    if (!at || (ids.has(at.id) && at !== twin)) {
      old.insertBefore(child, at);
      continue;
    }
    const after = at.nextSibling;
    patch(at, child);
    at = after;
  }
  while (at) at = drop(at);
};

const drop = (node) => {
  const after = node.nextSibling;
  node.remove();
  return after;
};

const patch = (old, next) => {
  if (old.isEqualNode(next)) return;
  if (!same(old, next)) return old.replaceWith(next);
  if (old.nodeType !== Node.ELEMENT_NODE) return void (old.nodeValue = next.nodeValue);
  copyAttributes(old, next);
  patchChildren(old, next);
};

htmx.defineExtension("patch", {
  handleSwap(style, target, fragment) {
    if (style !== "patch") return false;
    patch(target, fragment.firstElementChild);
    return [target];
  },
});
