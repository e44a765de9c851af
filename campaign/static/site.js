// Small comforts. Every page does its work without them.

document.documentElement.classList.add("js");

// Read aloud what a button did, for those who cannot see its text change.
const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

function say(button, text) {
  const before = button.textContent;
  button.textContent = status.textContent = text;
  setTimeout(() => {
    button.textContent = before;
    status.textContent = "";
  }, 2500);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = "value" in source ? source.value : source.innerText;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https there is no clipboard: leave the text selected, so that one key copies it.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    if (!document.execCommand("copy")) return;
  }
  say(button, button.dataset.done);
}

function share(button) {
  // Closing the sheet without choosing is no error.
  navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {});
}

function count(line) {
  const box = document.getElementById(line.dataset.count);
  const most = Number(line.dataset.most);
  const left = most - [...box.value].length;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const template = left < 0 ? line.dataset.over : line.dataset.left;
  // Of a long text only the last fifth is worth counting.
  const near = most <= 2000 || left < most / 5;
  line.textContent = near ? template.replace("{n}", numbers.format(Math.abs(left))) : "";
  line.classList.toggle("count-over", left < 0);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-share], [data-print]");
  if (!button) return;
  if ("copy" in button.dataset) copy(button);
  else if ("share" in button.dataset) share(button);
  else print();
});

for (const line of document.querySelectorAll("[data-count]")) {
  document.getElementById(line.dataset.count).addEventListener("input", () => count(line));
  count(line);
}

if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) button.closest("[hidden]")?.removeAttribute("hidden");
}

// The second sign button stays in reach once the first has scrolled out of sight.
const bar = document.querySelector(".sign-bar");
const first = document.querySelector("main .button-primary");
if (bar && !bar.contains(first)) {
  new IntersectionObserver(([seen]) => {
    bar.classList.toggle("sign-bar-up", !seen.isIntersecting && seen.boundingClientRect.top < 0);
  }).observe(first);
}

// After a refused form the summary of its errors comes first, to the eye and to the ear.
document.querySelector("[data-focus]")?.focus();

// What is in work is looked at again, without taking the page away from under its reader; once it leads elsewhere, we go.
async function lookAgain(part) {
  try {
    const answer = await fetch(location.href);
    if (answer.redirected) return location.replace(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-look-again]");
    if (!answer.ok || !now) return location.reload();
    if (asShown(now) !== asShown(part)) {
      part.replaceWith(now);
      part = now;
      status.textContent = now.querySelector("[role=status], h1, h2, h3").textContent;
    }
  } catch {
    // No connection just now; the next look may have one.
  }
  setTimeout(lookAgain, 2000, part);
}
function asShown(part) {
  return part.textContent + Array.from(part.querySelectorAll("progress"), (bar) => bar.value);
}
for (const part of document.querySelectorAll("[data-look-again]")) setTimeout(lookAgain, 2000, part);

// On paper nothing can be unfolded.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    folded.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const unfolded of document.querySelectorAll("details[data-folded]")) {
    unfolded.open = false;
    delete unfolded.dataset.folded;
  }
});
