// A chart is drawn from the table under it: its columns that are marked, a bar or a point for each row.
"use strict";

const COLOURS = ["#7a1f1f", "#c9a227", "#4a5a6a"];

// What each colour is, in words above the chart, with a shape of its own.
const named = (series) => {
  const line = Object.assign(document.createElement("p"), { className: "small mb-0 no-print" });
  series.forEach(({ name }, number) => {
    const sign = Object.assign(document.createElement("span"), { textContent: number ? "◆ " : "■ " });
    sign.style.color = COLOURS[number % COLOURS.length];
    line.append(sign, `${name}　`);
  });
  return line;
};

document.querySelectorAll("[data-chart]").forEach((place) => {
  const table = document.getElementById(place.dataset.of);
  if (!table || !window.echarts) { return; }
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("total") && row.cells.length === heads.length);
  const drawn = heads.flatMap((head, at) => (head.hasAttribute("data-drawn") ? [at] : []));
  const line = place.dataset.chart === "line";
  const shown = line ? [...rows].reverse() : rows.slice(0, 30);
  const series = drawn.map((at, number) => ({
    name: heads[at].textContent, type: line ? "line" : "bar", stack: line ? undefined : "all", barMaxWidth: 28,
    symbol: number ? "rect" : "circle", symbolSize: 8,
    data: shown.map((row) => Number(row.cells[at].dataset.number || 0)), label: { show: shown.length <= 12, formatter: ({ value }) => value || "" },
  }));
  place.hidden = false;
  place.before(named(series));
  const names = shown.map((row) => row.cells[0].textContent.trim());
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  const short = (name) => (line ? name.split("至").pop() : name.length > 9 ? `${name.slice(0, 8)}…` : name);
  chart.setOption({
    animation: false, color: COLOURS, textStyle: { fontFamily: "inherit" },
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: names, axisLabel: { interval: 0, rotate: names.length > 6 ? 40 : 0, formatter: short } },
    yAxis: { type: "value", minInterval: 1 }, series,
  });
  window.addEventListener("resize", () => chart.resize());
});
