"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const panels = data.crossover.workloads;
const ways = [
  ["cpu_serial", "CPU, one thread"],
  ["cpu_parallel", "CPU, all threads"],
  ["gpu_transfer", "GPU, sent each time"],
  ["gpu_once", "GPU, sent once for 8"],
  ["gpu_resident", "GPU, data stays there"],
];
const chosenNames = { serial: "one thread", threads: "all threads", gpu: "GPU", both: "CPU and GPU" };
const shown = new Set(ways.map(([key]) => key).concat("automatic"));
const byId = (id) => document.getElementById(id);

const three = (x) => (x >= 99.95 ? x.toFixed(0) : x >= 9.995 ? x.toFixed(1) : x.toFixed(2));
const time = (ns) => (ns >= 1e9 ? three(ns / 1e9) + " s" : ns >= 1e6 ? three(ns / 1e6) + " ms" : ns >= 1e3 ? three(ns / 1e3) + " µs" : three(ns) + " ns");
const plain = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const count = (n) => (n >= 2 ** 30 ? plain(three(n / 2 ** 30)) + " Gi" : n >= 2 ** 20 ? plain(three(n / 2 ** 20)) + " Mi" : n >= 1024 ? plain((n / 1024).toFixed(n >= 10240 ? 0 : 1)) + " Ki" : String(Math.round(n)));
const countPlain = (n) => (n >= 1024 ? (Math.log2(n) % 1 === 0 ? (n >= 2 ** 20 ? n / 2 ** 20 + " Mi" : n / 1024 + " Ki") : count(n)) : String(Math.round(n)));
const ratio = (x) => three(x) + " ×";
const geomean = (list) => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / Math.max(list.length, 1));

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
function svgElement(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
function table(header, rows, mark) {
  const body = rows.map((row) => {
    const made = element("tr", {}, ...row.map((cell, i) => {
      const td = element("td", {}, String(cell));
      if (mark && mark(row, i)) td.className = mark(row, i);
      return td;
    }));
    if (row.total) made.className = "total";
    return made;
  });
  return element("div", { class: "scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, ...header.map((h) => element("th", { scope: "col" }, h)))), element("tbody", {}, ...body)));
}

// ---- tooltip
const tip = byId("tip");
function showTip(event, title, rows) {
  tip.replaceChildren(element("b", {}, title), element("table", {}, ...rows.map(([name, value, color]) => {
    const label = element("td", {}, name);
    if (color) label.style.color = color;
    return element("tr", {}, label, element("td", {}, value));
  })));
  tip.hidden = false;
  const margin = 14;
  const left = Math.min(event.pageX + margin, window.scrollX + document.documentElement.clientWidth - tip.offsetWidth - 8);
  tip.style.left = Math.max(window.scrollX + 8, left) + "px";
  tip.style.top = event.pageY - tip.offsetHeight - margin < window.scrollY ? event.pageY + margin + "px" : event.pageY - tip.offsetHeight - margin + "px";
}
const hideTip = () => { tip.hidden = true; };

// ---- curves
const times = panels.flatMap((p) => p.points.flatMap((q) => ways.map(([key]) => q[key]).concat(q.automatic).filter(Boolean).map((t) => t.median_ns)));
const lowTime = Math.min(...times, 1e3) / 1.5, highTime = Math.max(...times, 2e3) * 1.5;
const lowN = Math.min(...panels.map((p) => p.points[0].n), 256), highN = Math.max(...panels.map((p) => p.points.at(-1).n), 1024);

function drawChart(panel, box) {
  const width = Math.max(box.clientWidth - 24, 240), height = 236, left = 58, bottom = 24, right = 10, top = 10;
  const x = (n) => left + (width - left - right) * Math.log(n / lowN) / Math.log(highN / lowN);
  const y = (t) => top + (height - top - bottom) * (1 - Math.log(t / lowTime) / Math.log(highTime / lowTime));
  const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": panel.title + ": time against size" });
  if (panel.measured_crossover) svg.append(svgElement("rect", { x: x(panel.measured_crossover), y: top, width: Math.max(0, width - right - x(panel.measured_crossover)), height: height - top - bottom, fill: "var(--won)" }));
  for (let t = 10 ** Math.ceil(Math.log10(lowTime)); t < highTime; t *= 10) {
    svg.append(svgElement("line", { class: "grid", x1: left, x2: width - right, y1: y(t), y2: y(t) }));
    svg.append(svgElement("text", { x: left - 9, y: y(t) + 4, "text-anchor": "end" }, time(t).replace(/\.0+/, "")));
  }
  for (let n = lowN; n <= highN; n *= 16) {
    svg.append(svgElement("line", { class: "grid", x1: x(n), x2: x(n), y1: top, y2: height - bottom }));
    const last = x(n) > width - right - 20; // half of its number would be cut off
    svg.append(svgElement("text", { x: last ? width - 2 : x(n), y: height - 6, "text-anchor": last ? "end" : "middle" }, countPlain(n)));
  }
  svg.append(svgElement("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }));
  for (const [key] of ways) {
    if (!shown.has(key)) continue;
    const points = panel.points.filter((q) => q[key]).map((q) => x(q.n).toFixed(1) + "," + y(q[key].median_ns).toFixed(1));
    if (points.length) svg.append(svgElement("polyline", { class: "series", points: points.join(" "), stroke: `var(--${key})`, "stroke-dasharray": key === "gpu_once" ? "2 6" : key === "gpu_resident" ? "8 5" : "none" }));
  }
  if (shown.has("automatic")) {
    for (const q of panel.points) {
      if (!q.automatic) continue;
      const color = q.chosen === "gpu" || q.chosen === "both" ? "var(--gpu_transfer)" : q.chosen === "serial" ? "var(--cpu_serial)" : "var(--cpu_parallel)";
      svg.append(svgElement("circle", { class: "pick", cx: x(q.n), cy: y(q.automatic.median_ns), r: 4.2, stroke: color }));
      const leftmost = x(q.n) < left + 36; // the axis has its numbers there
      if (q.regret > 1.25) svg.append(svgElement("text", { class: "late", x: x(q.n) + (leftmost ? 3 : -5), y: y(q.automatic.median_ns) - 9, "text-anchor": leftmost ? "start" : "end" }, ratio(q.regret)));
    }
  }
  const cursor = svgElement("line", { class: "cursor", y1: top, y2: height - bottom, visibility: "hidden" });
  svg.append(cursor);
  const point = (event) => {
    const at = svg.getBoundingClientRect(), px = (event.clientX - at.left) * width / at.width;
    const nearest = panel.points.reduce((best, q) => (Math.abs(x(q.n) - px) < Math.abs(x(best.n) - px) ? q : best));
    cursor.setAttribute("x1", x(nearest.n));
    cursor.setAttribute("x2", x(nearest.n));
    cursor.setAttribute("visibility", "visible");
    const rows = ways.filter(([key]) => nearest[key]).map(([key, name]) => [name, time(nearest[key].median_ns), `var(--${key})`]);
    if (nearest.automatic) rows.push(["automatic: " + (chosenNames[nearest.chosen] || nearest.chosen), time(nearest.automatic.median_ns)], ["its regret", ratio(nearest.regret)]);
    showTip(event, panel.title + ", n = " + countPlain(nearest.n), rows);
  };
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", point);
  svg.addEventListener("pointerleave", () => { cursor.setAttribute("visibility", "hidden"); hideTip(); });
  return svg;
}

function verdict(panel) {
  const last = panel.points.at(-1);
  if (!panel.points.some((q) => q.gpu_transfer)) return "on the CPU only";
  const measured = panel.measured_crossover ? "the GPU wins from ≈ " + count(panel.measured_crossover) : "no crossover up to " + countPlain(last.n);
  return measured + (panel.predicted_crossover ? "; the model says ≈ " + count(panel.predicted_crossover) : "; the model sees none");
}

function drawCharts() {
  byId("charts").replaceChildren(...panels.map((panel) => element("div", { class: "chart" }, element("h3", {}, panel.title), element("p", {}, panel.expression), element("p", { class: "verdict" }, verdict(panel)))));
  [...byId("charts").children].forEach((box, i) => box.append(drawChart(panels[i], box)));
}

function drawLegend() {
  const present = ways.filter(([key]) => panels.some((p) => p.points.some((q) => q[key]))).concat([["automatic", "what automatic took; ring: its choice"]]);
  byId("legend").replaceChildren(...present.map(([key, name]) => {
    const button = element("button", { type: "button", "aria-pressed": shown.has(key), "data-way": key, class: key === "automatic" ? "dot" : "" }, name);
    button.style.setProperty("--line", key === "automatic" ? "var(--ink)" : `var(--${key})`);
    button.addEventListener("click", () => {
      shown.has(key) ? shown.delete(key) : shown.add(key);
      drawLegend();
      drawCharts();
    });
    return button;
  }));
}

// ---- heat map
const heatColor = { serial: [123, 138, 160], threads: [37, 99, 235], gpu: [217, 84, 11] };
const heatFill = (who, lead) => `rgb(${heatColor[who].join(" ")} / ${Math.min(1, 0.25 + 0.75 * Math.log(Math.max(lead, 1)) / Math.log(20)).toFixed(2)})`;

function drawHeat() {
  const { sizes, rows } = data.heat, box = byId("heat-map");
  if (!rows.length) { byId("heat").hidden = true; return; }
  const width = Math.max(box.clientWidth, 300), left = 58, top = 4, high = 46, bottom = 44;
  const cell = (width - left) / sizes.length, height = top + rows.length * high + bottom;
  const rowTop = (r) => top + high * (rows.length - 1 - r);
  const x = (n) => left + cell * Math.min(sizes.length, Math.max(0, Math.log(n / sizes[0]) / Math.log(sizes[1] / sizes[0]) + 0.5));
  const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": "heat map of size against work" });
  rows.forEach((row, r) => {
    svg.append(svgElement("text", { x: left - 8, y: rowTop(r) + high / 2 + 4, "text-anchor": "end" }, countPlain(row.operations)));
    row.cells.forEach((one, i) => {
      const px = left + cell * i;
      const rect = svgElement("rect", { x: px + 1, y: rowTop(r) + 1, width: cell - 2, height: high - 2, rx: 3, fill: one.fastest ? heatFill(one.fastest, one.lead) : "var(--rule)" });
      const tell = (event) => showTip(event, count(sizes[i]) + " elements, " + row.operations + " operations", [["CPU, one thread", one.serial], ["CPU, all threads", one.threads], ["GPU, sent each time", one.gpu]].filter(([, t]) => t).map(([name, t]) => [name, time(t)]).concat([["automatic chose", chosenNames[one.chosen] || "–"], ["the model alone", chosenNames[one.predicted] || "–"]]));
      rect.addEventListener("pointermove", tell);
      rect.addEventListener("pointerdown", tell);
      rect.addEventListener("pointerleave", hideTip);
      svg.append(rect);
      if (one.fastest && one.lead > 1 && cell > 42) svg.append(svgElement("text", { x: px + cell / 2, y: rowTop(r) + high / 2 + 4, "text-anchor": "middle", style: "pointer-events:none;fill:var(--ink)" }, three(one.lead)));
    });
  });
  for (const [key, extra] of [["threads_from", " threads"], ["gpu_from", ""]]) {
    const points = rows.flatMap((row, r) => (row[key] ? [`${x(row[key])},${rowTop(r) + high}`, `${x(row[key])},${rowTop(r)}`] : []));
    if (points.length) svg.append(svgElement("polyline", { class: "boundary" + extra, points: points.join(" "), style: "pointer-events:none" }));
  }
  const every = cell > 40 ? 1 : 2;
  sizes.forEach((n, i) => { if (i % every === 0) svg.append(svgElement("text", { x: left + cell * (i + 0.5), y: height - bottom + 18, "text-anchor": "middle" }, countPlain(n))); });
  svg.append(svgElement("text", { x: left + (width - left) / 2, y: height - 6, "text-anchor": "middle" }, width < 420 ? "elements across, operations up" : "elements across, operations an element upwards"));
  box.replaceChildren(svg);
  const swatch = (who, text) => { const i = element("i"); i.style.background = heatFill(who, 8); return element("span", {}, i, text); };
  byId("heat-key").replaceChildren(swatch("serial", "one thread"), swatch("threads", "all threads"), swatch("gpu", "GPU"), element("span", {}, "— the model's line to the GPU"), element("span", {}, "⋯ to all threads"));
}

// ---- tables
function drawRegret() {
  const lines = data.regret.regret, here = lines.filter((l) => l.machine === "this machine"), others = [...new Set(lines.filter((l) => l.machine !== "this machine").map((l) => l.machine))];
  const row = (l) => [l.call, l.choices, l.geomean.toFixed(2), l.p99.toFixed(2), l.worst.toFixed(2)];
  const bad = (r, i) => ((i === 2 && r[2] > 1.1) || (i === 4 && r[4] > 2) ? "bad" : "");
  const total = (name, all) => [name, all.reduce((s, l) => s + l.choices, 0), Math.exp(all.reduce((s, l) => s + l.choices * Math.log(l.geomean), 0) / Math.max(1, all.reduce((s, l) => s + l.choices, 0))).toFixed(3), Math.max(...all.map((l) => l.p99)).toFixed(2), Math.max(...all.map((l) => l.worst)).toFixed(2)];
  const tables = element("div", { class: "tables" });
  if (here.length) { const all = total("all", here); all.total = true; tables.append(element("div", {}, element("h3", {}, "This machine"), table(["call", "sizes", "geomean", "p99", "worst"], here.map(row).concat([all]), bad))); }
  if (others.length) tables.append(element("div", {}, element("h3", {}, "Simulated machines, all classes"), table(["machine", "choices", "geomean", "largest p99", "worst"], others.map((m) => total(m, lines.filter((l) => l.machine === m))), bad)));
  byId("regret-table").replaceChildren(tables);
}

function drawProfile() {
  const cpu = data.profile.cpu, tables = element("div", { class: "tables" });
  const add = (title, header, rows) => tables.append(element("div", {}, element("h3", {}, title), table(header, rows)));
  const sources = { measured: "measured in this run", stored: "from the stored profile", assumed: "assumed" };
  const classes = (factors) => Object.entries(factors).filter(([, f]) => f !== 1).map(([name, f]) => [name.replace("_", " ") + ": against the model", ratio(f)]);
  add(`CPU (${sources[cpu.source]})`, ["", ""], [["threads", cpu.threads], ["starting them", time(cpu.fork_us * 1e3)], ["gained by each further thread", Math.round(cpu.parallel_efficiency * 100) + " %"], ["one operation, one thread", three(cpu.ns_per_operation * 1e3) + " ps"]].concat(classes(cpu.factors)));
  if (cpu.bandwidth.length) add("CPU bandwidth, GB/s", ["working set", "one thread", "all"], cpu.bandwidth.map((s) => [count(s.bytes) + "B", three(s.serial_gb_per_s), three(s.parallel_gb_per_s)]));
  for (const d of data.profile.devices) {
    add(`${d.name} (${sources[d.source]})`, ["", ""], [["submit and wait", time(d.submit_us * 1e3)], ["each kernel", time(d.minimum_kernel_us * 1e3)], ["memory", three(d.gb_per_s) + " GB/s"], ["one operation, whole device", three(d.ns_per_operation * 1e3) + " ps"], ["full from", count(d.full_occupancy_n) + " elements"], ["building a kernel", time(d.compile_us * 1e3)]].concat(classes(d.factors)));
    if (d.upload.length) add(`${d.name}: what moving data adds`, ["size", "to it", "from it"], d.upload.map((s, i) => [count(s.bytes) + "B", time(s.us * 1e3), d.download[i] ? time(d.download[i].us * 1e3) : "–"]));
  }
  byId("profile-tables").replaceChildren(tables);
}

function drawPeers() {
  if (!data.peers) { byId("to-peers").remove(); return; }
  byId("peers").hidden = false;
  const tables = element("div", { class: "tables" });
  for (const one of data.peers.comparisons) {
    const first = one.ways[0].median_ns;
    tables.append(element("div", {}, element("h3", {}, one.title), table(["", "time", "against tandem"], one.ways.map((w) => [w.way, time(w.median_ns), ratio(w.median_ns / first)]))));
  }
  byId("peer-tables").replaceChildren(tables);
}

function drawSummary() {
  const m = data.crossover.machine, regrets = panels.flatMap((p) => p.points.filter((q) => q.regret).map((q) => q.regret));
  byId("machine").textContent = `${m.cpu}, ${m.threads} threads, ${m.memory} · ${m.gpu || "no GPU"}`;
  byId("made").textContent = `tandem ${m.tandem} · ${m.date} · ${m.system} · ${m.compiler}${m.driver ? " · " + m.driver : ""}`;
  const fact = (big, small) => element("div", { class: "fact" }, element("b", {}, big), element("span", {}, small));
  const facts = [];
  if (regrets.length) facts.push(fact(geomean(regrets).toFixed(2), "geometric mean of the regret here (1 is perfect)"), fact(Math.max(...regrets).toFixed(2), "the worst choice of " + regrets.length));
  const crossing = panels.filter((p) => p.measured_crossover);
  facts.push(fact(`${crossing.length} of ${panels.length}`, "calls that the GPU wins within the sizes measured, data sent each time"));
  byId("summary").replaceChildren(...facts);
}

function draw() { drawCharts(); drawHeat(); }
drawSummary();
drawLegend();
drawRegret();
drawProfile();
drawPeers();
draw();
// The charts are drawn for a width, which can change without the window's: when a scroll bar comes, for one.
const main = document.querySelector("main");
let pending, drawnFor = main.clientWidth;
new ResizeObserver(() => {
  if (main.clientWidth === drawnFor) return;
  drawnFor = main.clientWidth;
  clearTimeout(pending);
  pending = setTimeout(draw, 120);
}).observe(main);
