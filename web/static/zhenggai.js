// Small comforts; every page works without them.
"use strict";

// A form sent twice by a double click is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 4000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

// Several cases in one form: what was said of the first can be said of all that are still empty.
document.querySelectorAll("form[data-keep]").forEach((form) => {
  const sheets = [...form.querySelectorAll("section[data-case]")];
  const fields = (sheet) => [...sheet.querySelectorAll(".field-short input")];
  if (sheets.length < 2 || !fields(sheets[0]).length) { return; }
  const same = document.createElement("button");
  same.type = "button"; same.className = "btn btn-plain btn-sm"; same.textContent = `其余 ${sheets.length - 1} 个问题空着的，也这样填`;
  same.addEventListener("click", () => {
    const first = fields(sheets[0]);
    sheets.slice(1).forEach((sheet) => fields(sheet).forEach((one, at) => { if (!one.value && first[at]) { one.value = first[at].value; } }));
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  sheets[0].append(same);
});

// What is said to be wrong goes when it is mended: a field that lacked something has it, a date lies between its days.
const filled = (one) => {
  if (one.matches("fieldset")) { return [...one.querySelectorAll("input, textarea")].some((cell) => (cell.type === "radio" ? cell.checked : cell.value.trim())); }
  return one.type === "file" ? one.files.length > 0 || one.parentElement.querySelector("input[name=sent]") !== null : one.value.trim() !== "";
};
const mended = (one, missing) => {
  const { first, last } = one.dataset;
  if (!filled(one) || !(first || last)) { return filled(one) && missing; }
  return (!first || one.value >= first) && (!last || one.value <= last);
};
const unsay = (one) => {
  const said = one && one.id ? [...document.querySelectorAll(`[data-fault="${CSS.escape(one.id)}"]`)] : [];
  if (!said.length || !mended(one, said[0].hasAttribute("data-missing"))) { return; }
  const boxes = said.map((line) => line.closest(".fault, .errors"));
  said.forEach((line) => line.remove());
  one.removeAttribute("aria-invalid");
  boxes.filter((box) => box && !box.querySelector("[data-fault]")).forEach((box) => {
    box.closest(".field.wrong")?.classList.remove("wrong");
    box.remove();
  });
};
["input", "change", "mended"].forEach((name) => document.addEventListener(name, (event) => {
  if (event.target.closest) { unsay(event.target); unsay(event.target.closest("fieldset[id]")); }
}));

// What waits to be signed says which of it was not opened on this page: it can be signed, and whoever signs knows.
const waits = [...document.querySelectorAll(".to-sign")].filter((one) => one.querySelector("input[name=draft]"));
const unread = document.getElementById("unread");
const countUnread = () => {
  const ticked = waits.filter((one) => one.querySelector("input[name=draft]").checked);
  const closed = ticked.filter((one) => !one.querySelector("[data-unread]").hidden).length;
  unread.hidden = !closed;
  unread.textContent = `打勾的 ${ticked.length} 件里有 ${closed} 件还没有展开看；签字文本写明“本人已看过”。`;
};
if (unread) {
  waits.forEach((one) => {
    const tag = one.querySelector("[data-unread]");
    const read = () => { tag.hidden = true; countUnread(); };
    tag.hidden = false;
    one.querySelector("[data-whole]").addEventListener("toggle", read);
    one.querySelectorAll('a[href^="/drafts/"]').forEach((link) => link.addEventListener("click", read));
    one.querySelector("input[name=draft]").addEventListener("change", countUnread);
  });
  countUnread();
}

// The bar of the ledger says how many are ticked.
const countPicked = () => document.querySelectorAll("[data-picked]").forEach((one) => {
  one.textContent = ` ${one.closest("form").querySelectorAll("input[name=case]:checked").length} 个`;
});
["change", "htmx:afterSettle"].forEach((name) => document.addEventListener(name, countPicked));
window.addEventListener("pageshow", countPicked);

// What is shown once is asked after before one leaves it, until it was printed.
const once = document.querySelector("[data-once]");
const warn = (event) => event.preventDefault();
if (once) { addEventListener("beforeunload", warn); addEventListener("afterprint", () => removeEventListener("beforeunload", warn)); }
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => print()));

// A browser's viewer of PDF takes the keyboard when it has loaded, out of the field in which somebody types, and scrolls to itself: frames are
// inert until they are pressed, or Tab comes to them; a hand that only lies there from the page before means nothing.
document.querySelectorAll(".in-place").forEach((place) => {
  const frames = [...place.querySelectorAll("iframe")];
  const wake = () => { frames.forEach((frame) => { frame.inert = false; }); place.removeAttribute("title"); };
  if (frames.length) { place.title = "按一下，就能在里面翻看"; }
  ["pointerdown", "focusin"].forEach((name) => place.addEventListener(name, wake, { once: true }));
});

// What was waited for on this page is fetched as soon as it is made.
document.addEventListener("htmx:afterSettle", () => {
  const made = document.querySelector("[data-made]:not([data-taken])");
  if (made) { made.dataset.taken = "1"; window.location.href = made.href; }
});

// What was unfolded on a page, or folded, is so again when one comes back to it in this window. A fold is known by its
// words, without numbers (“其余 99 件” is “其余 98 件” the next time), and of those only a sum is kept.
const foldsHere = [...document.querySelectorAll("main details:not(.in-place)")];
const foldNames = new Map();
const seenFolds = {};
foldsHere.forEach((one) => {
  const sum = [...(one.querySelector("summary")?.textContent || "").replace(/[\d\s]+/g, "")].reduce((all, sign) => (all * 31 + sign.codePointAt(0)) % 2147483647, 7);
  seenFolds[sum] = (seenFolds[sum] || 0) + 1;
  foldNames.set(one, { name: `${sum}.${seenFolds[sum]}`, first: one.open });
});
const foldsPlace = `folds:${location.pathname}`;
const keptFolds = () => { try { return JSON.parse(sessionStorage.getItem(foldsPlace)) || {}; } catch (error) { return {}; } };
const asLeft = keptFolds();
foldsHere.forEach((one) => {
  const { name } = foldNames.get(one);
  if (name in asLeft && (asLeft[name] || !one.querySelector(".wrong, .wrong-cell"))) { one.open = asLeft[name]; } // what is wrong stays in sight
});
document.addEventListener("toggle", (event) => {
  const known = foldNames.get(event.target);
  if (!known) { return; }
  const kept = keptFolds();
  if (event.target.open === known.first) { delete kept[known.name]; } else { kept[known.name] = event.target.open; }
  try { sessionStorage.setItem(foldsPlace, JSON.stringify(kept)); } catch (error) { /* full, or forbidden: folds begin as the page has them */ }
}, true);
