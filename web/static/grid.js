// A grid takes what was copied from Excel, with its line breaks within cells and its dates as people write them.
"use strict";

// Cells stand between tabs, rows between line breaks; a cell that holds either is in quotes, its own quotes doubled.
const copiedCells = (text) => {
  const all = text.replace(/\r\n?/g, "\n");
  const rows = [[]];
  for (let at = 0; at <= all.length;) {
    const [quoted, plain] = [/"((?:[^"]|"")*)"(?=[\t\n]|$)/y, /[^\t\n]*/y];
    quoted.lastIndex = plain.lastIndex = at;
    let found = all[at] === '"' ? quoted.exec(all) : null;
    if (found && !/[\t\n]|""/.test(found[1])) { found = null; } // quotes that somebody wrote
    found ||= plain.exec(all);
    rows[rows.length - 1].push(found.length > 1 ? found[1].replace(/""/g, '"') : found[0]);
    at += found[0].length;
    if (all[at] === "\n") { rows.push([]); }
    at += 1;
  }
  while (rows.length && rows[rows.length - 1].every((cell) => !cell.trim())) { rows.pop(); }
  return rows;
};

const headOfPlan = (line) => line.length > 1 && line.some((cell) => /措施/.test(cell) && cell.length < 20);
// A sheet that has its head, or is wider than the grid, goes in whole: the server gives each row to its problem.
const pasteWhole = (grid, text, copied) => {
  const sheet = grid.closest("form")?.elements.sheet;
  if (!sheet || !grid.closest("[data-plan]") || !copied.slice(0, 10).some(headOfPlan)) { return false; }
  sheet.value = text;
  sheet.closest("details").open = true;
  sheet.closest("details").querySelector("button[value=paste]").click();
  return true;
};

document.querySelectorAll("[data-grid]").forEach((grid) => {
  const MOST = 100;
  const body = grid.tBodies ? grid.tBodies[0] : grid;
  const rows = () => [...body.rows].filter((row) => !row.classList.contains("said"));
  const cells = (row) => [...row.querySelectorAll("input, select, textarea")];
  const holdsDay = (cell) => "day" in cell.dataset;
  const below = Object.assign(document.createElement("p"), { className: "small mb-0" });
  below.setAttribute("role", "status");

  const remark = (cell, words = "", wrong = false) => {
    cell.parentElement.querySelector(".cell-fault, .cell-note")?.remove();
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    if (!words) { return; }
    cell.after(Object.assign(document.createElement("div"), { id: `${cell.id}-said`, className: wrong ? "cell-fault" : "cell-note quiet small", textContent: words }));
    cell.setAttribute("aria-describedby", `${cell.id}-said`);
    if (wrong) { cell.setAttribute("aria-invalid", "true"); }
  };
  // What is no date stays to be seen as it was written: an empty field would hide that anything was there.
  const asWords = (cell, words) => { cell.type = "text"; cell.value = words; };
  const asDay = (cell, day) => { cell.type = "date"; cell.value = day; return cell.value === day; };
  const readHere = (words) => {
    const found = words.match(/^(\d{4})([.\-/年])(\d{1,2})([.\-/月])(\d{1,2})日?$/);
    return found ? `${found[1]}-${found[3].padStart(2, "0")}-${found[5].padStart(2, "0")}` : words;
  };
  const ask = async (asked) => {
    const said = asked.map((cell) => cell.value);
    let answers = [];
    try {
      const query = new URLSearchParams(said.map((words) => ["said", words.slice(0, 200)]));
      const answer = await fetch(`/days?${query}`, { headers: { "x-asked-by": "script" }, redirect: "manual", credentials: "same-origin" });
      answers = answer.ok ? await answer.json() : [];
    } catch (error) { /* no line: said at each cell */ }
    asked.forEach((cell, number) => {
      if (cell.value !== said[number]) { return; } // mended meanwhile
      const { day, words, kept } = answers[number] || { day: "", words: "现在连不上服务器，没有认出这个日期，请写作 2026-12-31" };
      if (kept) { asWords(cell, kept); } else if (day) { asDay(cell, day); }
      remark(cell, words, !day && !kept);
    });
    grid.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const readDays = (some) => {
    const unread = some.filter((cell) => {
      const words = cell.value.trim();
      remark(cell);
      if (asDay(cell, readHere(words))) { return false; }
      asWords(cell, words);
      return true;
    });
    for (let at = 0; at < unread.length; at += 20) { ask(unread.slice(at, at + 20)); }
  };
  const choose = (cell, words) => {
    const found = [...cell.options].find((one) => one.text === words || (one.text && words.startsWith(one.text)));
    cell.value = found ? found.value : "";
    if (!found && words) { remark(cell, `没有“${words.slice(0, 20)}”这一项，请选择`, true); }
  };
  const write = (cell, value) => {
    if (cell.tagName === "SELECT") { remark(cell); choose(cell, value.trim()); return; }
    if (holdsDay(cell)) { asWords(cell, value.trim()); } else { cell.value = cell.tagName === "TEXTAREA" ? value.trim() : value.trim().replace(/\s*\n\s*/g, " "); }
  };
  const addRow = () => {
    const number = rows().length + 1;
    const row = rows()[rows().length - 1].cloneNode(true);
    (row.querySelector(".no") || row.cells[0]).textContent = String(number);
    cells(row).forEach((cell) => {
      if (holdsDay(cell)) { cell.type = "date"; }
      cell.value = "";
      cell.name = cell.name.replace(/\.\d+\.(\w+)$/, `.${number}.$1`);
      cell.id = cell.name;
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/第 \d+/, `第 ${number}`));
      remark(cell);
    });
    body.append(row);
  };
  const grow = (count) => { while (rows().length < Math.min(count, MOST)) { addRow(); } };

  grid.addEventListener("rows", (event) => grow(event.detail));
  grid.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") { remark(event.target); } else if (holdsDay(event.target) && (event.target.type === "text" || event.target.value)) { readDays([event.target]); } });
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    const copied = copiedCells(text);
    const single = copied.length === 1 && copied[0].length === 1;
    if (!copied.length || (single && copied[0][0].trim() === text.trim() && !holdsDay(event.target))) { return; }
    event.preventDefault();
    if (pasteWhole(grid, text, copied)) { return; }
    const startRow = rows().findIndex((row) => row.contains(event.target));
    const startCell = cells(rows()[startRow]).indexOf(event.target);
    grow(startRow + copied.length);
    const written = [];
    const left = Math.max(0, startRow + copied.length - MOST);
    let beside = false; // what found no place is said
    copied.slice(0, copied.length - left).forEach((line, down) => line.forEach((value, across) => {
      const cell = cells(rows()[startRow + down])[startCell + across];
      if (cell) { write(cell, value); written.push(cell); } else if (value.trim()) { beside = true; }
    }));
    below.textContent = (left ? `表里最多 ${MOST} 项，最后 ${left} 行没有贴进来。` : "") + (beside ? "多出的栏没有贴进来，请核对各栏是否对齐。" : "");
    below.classList.toggle("cell-fault", below.textContent !== "");
    readDays(written.filter(holdsDay));
    grid.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const more = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain btn-sm mt-2", textContent: "增加一行" });
  more.addEventListener("click", () => grow(rows().length + 1));
  const whose = grid === body ? grid.querySelector(".whose") : null;
  if (whose) { more.setAttribute("aria-label", `第 ${whose.querySelector("strong").textContent} 号问题增加一行`); whose.append(more, below); } else { (grid.closest(".scroll-x") || grid).after(more, below); }
  readDays(rows().flatMap(cells).filter((cell) => holdsDay(cell) && cell.type === "text"));
});
