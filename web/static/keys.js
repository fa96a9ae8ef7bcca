// Single keys, for those whose hands stay on the keyboard; listed under “?”, where they can be switched off.
"use strict";

(() => {
  const OFF = "zhenggai-keys-off";
  const ROWS = ".ledger-table td.col-problem a, .groups tbody th > a:first-of-type, .tasks > .task > div:last-child :is(a, button), .tasks > .task:not(:has(> div:last-child :is(a, button))) a";
  const KEYS = [
    ["/", "查找"], ["j", "下一行"], ["k", "上一行"], ["回车", "打开所在的一行"], ["x", "勾选所在的一行"],
    ["n", "下一件、下一页"], ["p", "上一件、上一页"], ["g", "回到待办"], ["?", "这张表"],
  ];
  const off = () => localStorage.getItem(OFF) === "1";
  const typing = (one) => one.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll(ROWS)].filter((one) => one.checkVisibility());

  const step = (by) => {
    const all = rows();
    const here = all.findIndex((one) => one === document.activeElement || one.closest("tr, .task")?.contains(document.activeElement));
    const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)];
    next?.focus();
    next?.closest("tr, .task")?.scrollIntoView({ block: "nearest" });
  };

  const list = () => {
    const there = document.getElementById("keys");
    if (there) { there.remove(); return; }
    const box = document.createElement("section");
    box.id = "keys"; box.className = "sheet keys no-print"; box.tabIndex = -1; box.setAttribute("aria-label", "快捷键");
    const head = document.createElement("h2");
    head.textContent = "快捷键"; head.className = "mt-0";
    const facts = document.createElement("dl");
    facts.className = "facts";
    KEYS.forEach(([key, words]) => {
      const name = document.createElement("dt"), said = document.createElement("dd"), cap = document.createElement("kbd");
      cap.textContent = key; name.append(cap); said.textContent = words; facts.append(name, said);
    });
    const label = document.createElement("label"), box_off = document.createElement("input");
    box_off.type = "checkbox"; box_off.className = "form-check-input me-2"; box_off.checked = off();
    box_off.addEventListener("change", () => { localStorage.setItem(OFF, box_off.checked ? "1" : "0"); });
    label.append(box_off, "在这台电脑上不用单键快捷键（“?”仍可打开这张表）"); label.className = "small d-block mt-2";
    box.append(head, facts, label);
    document.getElementById("content").append(box);
    box.focus(); box.scrollIntoView({ block: "nearest" });
  };

  const tick = () => {
    const box = document.activeElement.closest("tr")?.querySelector("input[name=case]");
    if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
  };
  const follow = (selector) => document.querySelector(selector)?.click();

  const DOES = {
    "/": () => document.querySelector("#q, main input[type=search]")?.focus(),
    j: () => step(1), k: () => step(-1), x: tick,
    n: () => follow("main a[rel=next]"), p: () => follow("main a[rel=prev]"), g: () => follow(".bar nav a[href='/']"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented || typing(event.target)) { return; }
    if (event.key === "?") { event.preventDefault(); list(); return; }
    if (event.key === "Escape") { document.getElementById("keys")?.remove(); return; }
    if (off() || !DOES[event.key]) { return; }
    event.preventDefault();
    DOES[event.key]();
  });
})();
