// What is typed is kept a moment later: on the server, or in this browser while the server cannot take it.
"use strict";

const readCopy = (place) => { try { return JSON.parse(localStorage.getItem(place)); } catch (error) { return null; } };

document.querySelectorAll("form[data-keep]").forEach((form) => {
  const words = document.getElementById("kept-words");
  const place = `kept:${form.dataset.copy}`; // of one account, one act and its cases: nobody else's words are ever shown
  const cases = [...form.querySelectorAll("[name=case], [name=paper]")].map((one) => `${one.name}=${one.value}`).join("&");
  const here = location.search ? location.pathname + location.search : `${location.pathname}?${cases}`;
  let [waiting, over, sending, typedSince] = [null, null, false, 0];
  let base = form.dataset.restored || "0"; // when the server kept what this page was filled with

  const say = (text, link = "", href = "") => {
    words.textContent = text;
    words.classList.toggle("lost", text !== "" && !text.startsWith("已"));
    if (link) { words.append(Object.assign(document.createElement("a"), { href, textContent: link })); }
  };
  const tell = (text, ...buttons) => {
    const notice = Object.assign(document.createElement("div"), { className: "notice", textContent: text });
    const choice = Object.assign(document.createElement("div"), { className: "mt-2" });
    notice.setAttribute("role", "status");
    buttons.forEach(([name, act]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain btn-sm me-2", textContent: name });
      button.addEventListener("click", () => { notice.remove(); act(); });
      choice.append(button);
    });
    if (buttons.length) { notice.append(choice); }
    form.before(notice);
  };
  const typed = () => [...form.elements].filter((one) => one.name && /^(s|c\d+)\./.test(one.name) && one.type !== "file");
  const fields = () => Object.fromEntries(typed().filter((one) => one.type !== "radio" || one.checked).map((one) => [one.name, one.value]));
  const fill = (kept) => {
    Object.keys(kept).forEach((name) => { // rows that a script had added are not in a fresh page
      const [, grid, row] = name.match(/^(c\d+\.measures)\.(\d+)\./) || [];
      if (grid) { form.querySelector(`[data-grid="${grid}"]`)?.dispatchEvent(new CustomEvent("rows", { detail: Number(row) })); }
    });
    typed().forEach((one) => {
      if (!(one.name in kept)) { return; }
      if (one.type === "radio") { one.checked = one.value === kept[one.name]; return; }
      const words = one.type === "date" && kept[one.name] && !/^\d{4}-\d\d-\d\d$/.test(kept[one.name]);
      if (words) { one.type = "text"; }
      one.value = kept[one.name];
      if (words) { one.dispatchEvent(new Event("change", { bubbles: true })); } // the grid says beside it why it is no date
    });
  };
  const hold = (sent = false) => {
    try {
      localStorage.setItem(place, JSON.stringify({ fields: fields(), base, sent, at: Date.now() }));
      return true;
    } catch (error) { return false; } // full, or forbidden
  };
  const only = (text) => say(hold() ? `${text}，内容已存在本机` : `${text}，本机也存不下，请先不要关闭这一页`);

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
      if (one.name && one.type !== "file" && one.name !== "kept" && one.name !== "step" && one.name !== "sent" && (one.type !== "radio" || one.checked)) { data.append(one.name, one.value); }
    });
    return fetch(form.dataset.keep, { method: "POST", body: data, credentials: "same-origin", redirect: "manual", headers: { "x-asked-by": "script" } });
  };
  const keep = async () => {
    if (over) { hold(); return; }
    const upTo = typedSince;
    let answer;
    try { answer = await send(); } catch (error) { if (!sending) { only("没有连上服务器"); } return; }
    if (sending) { return; } // the copy that was made on sending stays until that is answered
    if (answer.status === 401 || answer.type === "opaqueredirect") { end(false); return; }
    if (answer.status === 403) { end(true); return; }
    if (!answer.ok) { only(answer.status === 413 ? "内容太长，服务器没有收下" : "服务器没有收下"); return; }
    base = answer.headers.get("x-kept-at") || base;
    say(await answer.text());
    if (typedSince === upTo) { localStorage.removeItem(place); } else { hold(); }
  };
  const restore = (copy) => { fill(copy.fields); keep(); };

  const copy = readCopy(place);
  if (copy && !("restored" in form.dataset)) { keep(); } // the page is the answer to what was sent, and holds it
  else if (copy && copy.base === base) {
    tell(copy.sent ? "已恢复您刚才填写、还没有办成的内容。" : "已恢复断网时存在本机的内容。");
    restore(copy);
  } else if (copy) { // meanwhile something else was kept or sent from elsewhere: whoever wrote it decides
    tell(`本机还留有您 ${new Date(copy.at).toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" })} 填写的内容，与这里的不是同一份。`,
      ["换成本机那一份", () => restore(copy)], ["不要了", () => localStorage.removeItem(place)]);
  }
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") { return; } // nothing was typed
    sending = false;
    typedSince += 1;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("keep", () => { clearTimeout(waiting); keep(); });
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) { clearTimeout(waiting); sending = true; hold(true); } });
  window.addEventListener("pageshow", () => { sending = false; });
});

// The server has answered that it was done or sent on: only now is the copy in this browser not needed any more.
document.querySelectorAll("[data-done]").forEach((one) => {
  const place = `kept:${one.dataset.done}`;
  const answered = document.referrer && new URL(document.referrer).pathname.startsWith("/acts/"); // and not only looked at again
  if (answered && readCopy(place)?.sent) { localStorage.removeItem(place); }
});
