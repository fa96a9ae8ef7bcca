// What is typed is kept a moment later: on the server, or in this browser while the server cannot take it.
"use strict";

document.querySelectorAll("form[data-keep]").forEach((form) => {
  const words = document.getElementById("kept-words");
  const place = `kept:${form.dataset.copy}`; // of one account, one act and its cases: nobody else's words are ever shown
  const cases = [...form.querySelectorAll("[name=case]")].map((one) => `case=${one.value}`).join("&");
  const here = location.search ? location.pathname + location.search : `${location.pathname}?${cases}`;
  let waiting = null;
  let over = null;

  const say = (text, link = "", href = "") => {
    words.textContent = text;
    words.classList.toggle("lost", text !== "" && !text.startsWith("已"));
    if (link) { words.append(Object.assign(document.createElement("a"), { href, textContent: link })); }
  };
  const typed = () => [...form.elements].filter((one) => one.name && /^(s|c\d+)\./.test(one.name) && one.type !== "file");
  const fill = (kept) => typed().forEach((one) => {
    if (!(one.name in kept)) { return; }
    if (one.type === "radio") { one.checked = one.value === kept[one.name]; } else if (!one.value) { one.value = kept[one.name]; }
  });
  const hold = () => {
    const fields = {};
    typed().forEach((one) => { if (one.type !== "radio" || one.checked) { fields[one.name] = one.value; } });
    localStorage.setItem(place, JSON.stringify(fields));
  };

  // Whoever was signed in is not so any more: asking again would change nothing, this page is only to be written down.
  const end = (changed) => {
    over = changed ? ["登录已经换过，内容留在本机，请", "重新打开这一页后继续", here]
      : ["登录已过期，内容留在本机，请", "重新登录后继续", `/signin?next=${encodeURIComponent(here)}`];
    hold();
    say(...over);
  };
  const send = () => {
    const data = new FormData();
    [...form.elements].forEach((one) => {
      if (one.name && one.type !== "file" && one.name !== "kept" && one.name !== "step" && (one.type !== "radio" || one.checked)) { data.append(one.name, one.value); }
    });
    return fetch(form.dataset.keep, { method: "POST", body: data, credentials: "same-origin", redirect: "manual", headers: { "x-asked-by": "script" } });
  };
  const keep = async () => {
    if (over) { hold(); return; }
    let answer;
    try { answer = await send(); } catch (error) { hold(); say("没有连上服务器，内容已存在本机"); return; }
    if (answer.status === 401 || answer.type === "opaqueredirect") { end(false); return; }
    if (answer.status === 403) { end(true); return; }
    if (!answer.ok) { hold(); say(answer.status === 413 ? "内容太长，服务器没有收下，已存在本机" : "服务器没有收下，内容已存在本机"); return; }
    say(await answer.text());
    localStorage.removeItem(place);
  };

  const lost = localStorage.getItem(place);
  if (lost) { fill(JSON.parse(lost)); say("已恢复断网时存在本机的内容"); }
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 1500); });
  form.addEventListener("submit", () => { clearTimeout(waiting); localStorage.removeItem(place); });
});
