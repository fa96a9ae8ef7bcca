// Files: dropped where they belong, sent one by one with a bar that shows how far, before their form goes as any other.
"use strict";

const bringsFiles = (event) => [...event.dataTransfer.types].includes("Files");
const filesIn = (list) => { const moved = new DataTransfer(); list.forEach((file) => moved.items.add(file)); return moved.files; };
const saidAt = (input, words = "") => {
  input.parentElement.querySelectorAll(".fault.by-script").forEach((one) => one.remove());
  if (!words) { return; }
  const fault = Object.assign(document.createElement("div"), { className: "fault cell-fault by-script", textContent: words });
  fault.setAttribute("role", "alert");
  input.before(fault);
};

// A file dropped beside its field would replace the page and all that was typed.
["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => {
  if (bringsFiles(event) && !event.defaultPrevented) { event.preventDefault(); event.dataTransfer.dropEffect = "none"; }
}));
document.querySelectorAll("input[type=file]").forEach((input) => {
  const place = input.closest(".field") || input.form;
  place.addEventListener("dragover", (event) => { if (bringsFiles(event)) { event.preventDefault(); place.classList.add("dropping"); } });
  place.addEventListener("dragleave", (event) => { if (!place.contains(event.relatedTarget)) { place.classList.remove("dropping"); } });
  place.addEventListener("drop", (event) => {
    place.classList.remove("dropping");
    if (!bringsFiles(event) || input.disabled) { return; }
    event.preventDefault();
    const folder = [...event.dataTransfer.items].some((one) => one.webkitGetAsEntry?.()?.isDirectory);
    const dropped = [...event.dataTransfer.files];
    if (folder) { saidAt(input, "文件夹不能整个拖进来，请打开文件夹，选中里面的文件再拖。"); return; }
    input.files = filesIn(input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    saidAt(input, !input.multiple && dropped.length > 1 ? `这里只收一份，取了“${dropped[0].name}”。` : "");
  });
});

document.querySelectorAll("form[data-send]").forEach((form) => {
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  const words = document.createElement("div");
  const box = Object.assign(document.createElement("div"), { className: "sending", hidden: true });
  bar.setAttribute("aria-label", "上传进度");
  words.setAttribute("role", "status");
  box.append(words, bar);
  form.querySelector(".actions button[type=submit], .row button[type=submit]").closest(".actions, .row").before(box); // above the button, never over it
  let busy = false;

  const inputs = () => [...form.querySelectorAll("input[type=file]")];
  const tokens = (input) => [...input.parentElement.querySelectorAll("input[name=sent]")];
  const say = (text, failed = false, link = null) => {
    box.hidden = !text;
    box.classList.toggle("failed", failed);
    words.textContent = text;
    if (link) { words.append(Object.assign(document.createElement("a"), { href: link, textContent: "重新登录" })); }
  };
  const list = (input) => {
    const found = input.parentElement.querySelector("ul.sent");
    if (found) { return found; }
    const made = Object.assign(document.createElement("ul"), { className: "checklist small sent" });
    input.after(made);
    return made;
  };
  const take = (input, file, token) => { // it is there: the form carries its token from now on
    if (!input.multiple) { list(input).replaceChildren(); }
    const line = Object.assign(document.createElement("li"), { textContent: `✓ ${file.name} 已传好` });
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain btn-sm ms-2", textContent: "不要这一份" });
    drop.setAttribute("aria-label", `不要 ${file.name}`);
    drop.addEventListener("click", () => { line.remove(); input.required = needed.has(input) && !tokens(input).length; });
    line.append(drop, Object.assign(document.createElement("input"), { type: "hidden", name: "sent", value: token }));
    list(input).append(line);
    input.required = false;
    input.dispatchEvent(new Event("mended", { bubbles: true }));
  };
  const needed = new Set(inputs().filter((input) => input.required));
  const send = (input, file, progress) => new Promise((answered) => {
    const data = new FormData();
    form.querySelectorAll("[name=csrf], [name=case], [name=paper]").forEach((one) => data.append(one.name, one.value));
    data.append(input.name, file);
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.send);
    request.setRequestHeader("x-asked-by", "script");
    request.upload.addEventListener("progress", (event) => progress(event.loaded / Math.max(event.total, 1)));
    ["load", "error", "abort"].forEach((name) => request.addEventListener(name, () => answered(request)));
    request.send(data);
  });
  const failed = (request, again) => {
    if ([401, 403].includes(request.status)) {
      form.dispatchEvent(new Event("keep"));
      say("登录已过期，文件没有传完；填写的内容留着。重新登录回到这里后，请再选一次文件：", true, `/signin?next=${encodeURIComponent(`${location.pathname}${location.search || new URL(form.action).search}`)}`);
    } else if (request.status) {
      say(`服务器没有收下文件。填写的内容和选好的文件都还在，请过一会儿再按“${again}”；还不行请联系系统管理员。`, true);
    } else {
      say(`连接断了，文件没有传完。填写的内容和选好的文件都还在，没有丢；网络恢复后请再按一次“${again}”。`, true);
    }
  };
  const most = Number(form.dataset.largest);
  const faultOf = async (input, file, progress) => {
    if (file.size > most) { return `“${file.name}”超过 ${Math.floor(most / 1024 / 1024)} MB，请压缩或拆分`; }
    const request = await send(input, file, progress);
    if (request.status === 422) { return request.responseText; }
    if (request.status !== 200) { throw request; }
    take(input, file, request.responseText);
    return "";
  };
  // What was taken and what is refused both leave the field; what could not be sent stays in it for the next try.
  const sendAll = async (chosen, again) => {
    const all = chosen.reduce((sum, { file }) => sum + file.size, 0) || 1;
    let [before, refused] = [0, null];
    for (const [number, { input, file }] of chosen.entries()) {
      const show = (part) => {
        const percent = Math.min(99, Math.floor(((before + file.size * part) / all) * 100));
        bar.value = percent;
        say(`正在上传“${file.name}”（第 ${number + 1} 份，共 ${chosen.length} 份）：${percent}%，请不要关闭这一页`);
      };
      show(0);
      let fault;
      try { fault = await faultOf(input, file, show); } catch (request) { failed(request, again); return false; }
      if (fault) { saidAt(input, `${fault}。这一份没有收下。`); refused ||= input; }
      input.files = filesIn(chosen.slice(number + 1).filter((one) => one.input === input).map((one) => one.file));
      before += file.size;
    }
    say("");
    refused?.focus();
    return !refused;
  };

  inputs().forEach((input) => input.addEventListener("change", () => { if (!input.files.length) { return; } saidAt(input); say(""); }));
  form.addEventListener("submit", async (event) => {
    const chosen = inputs().flatMap((input) => [...input.files].map((file) => ({ input, file })));
    if (!busy && !chosen.length) { return; }
    event.preventDefault();
    event.stopImmediatePropagation(); // the form itself is not sent yet
    if (busy) { return; }
    busy = true;
    inputs().forEach((input) => saidAt(input));
    form.classList.add("busy");
    const button = event.submitter;
    const good = await sendAll(chosen, button ? button.textContent : "提交");
    busy = false;
    form.classList.remove("busy");
    if (good) { form.requestSubmit(button); }
  }, true);
});
