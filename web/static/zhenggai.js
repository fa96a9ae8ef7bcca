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

// A grid takes what was copied from Excel: tabs between cells, lines between rows.
document.querySelectorAll("table[data-grid]").forEach((grid) => {
  const day = (text) => {
    const found = text.trim().match(/^(\d{4})[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?$/);
    return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : text.trim();
  };
  const rows = () => [...grid.tBodies[0].rows];
  const cells = (row) => [...row.querySelectorAll("input, textarea")];
  const addRow = () => {
    const last = rows()[rows().length - 1];
    const row = last.cloneNode(true);
    const number = rows().length + 1;
    row.cells[0].textContent = String(number);
    cells(row).forEach((cell) => {
      cell.value = "";
      cell.name = cell.name.replace(/\.\d+\.(\w+)$/, `.${number}.$1`);
      cell.id = cell.name;
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/第 \d+/, `第 ${number}`));
    });
    grid.tBodies[0].append(row);
  };
  grid.addEventListener("rows", (event) => { while (rows().length < Math.min(event.detail, 100)) { addRow(); } });
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) { return; }
    event.preventDefault();
    const startRow = rows().findIndex((row) => row.contains(event.target));
    const startCell = cells(rows()[startRow]).indexOf(event.target);
    text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach((line, down) => {
      while (startRow + down >= rows().length && rows().length < 100) { addRow(); }
      const row = rows()[startRow + down];
      if (!row) { return; }
      line.split("\t").forEach((value, across) => {
        const cell = cells(row)[startCell + across];
        if (cell) { cell.value = cell.type === "date" ? day(value) : value.trim(); }
      });
    });
    grid.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const more = document.createElement("button");
  more.type = "button"; more.className = "btn btn-plain btn-sm mt-2"; more.textContent = "增加一行";
  more.addEventListener("click", () => { if (rows().length < 100) { addRow(); } });
  grid.after(more);
});

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
