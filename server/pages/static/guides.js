// Samples in a row are one sample in several languages: shows them as tabs, and gives every block a copy button.
// Without this script all of them are shown, one below the other.

const PLACE = "interline.language";
const said = document.getElementById("said");

const isSample = (element) => element?.matches("figure.sample");
const languageOf = (figure) => figure.querySelector("figcaption b").textContent;

/** The samples in a row that begin with this one, each language once. */
function rowFrom(first) {
  const row = [first];
  const seen = new Set([languageOf(first)]);
  for (let next = first.nextElementSibling; isSample(next) && !seen.has(languageOf(next)); next = next.nextElementSibling) {
    seen.add(languageOf(next));
    row.push(next);
  }
  return row;
}

function addCopy(figure) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(figure.querySelector("code").textContent);
      button.textContent = said.textContent = "Copied";
    } catch {
      button.textContent = said.textContent = "Not allowed";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  figure.querySelector("figcaption").append(button);
}

const rows = [];

/** Show one language everywhere it is there. */
function show(language) {
  for (const row of rows) {
    const shown = row.find((figure) => languageOf(figure) === language);
    if (!shown) continue;
    for (const figure of row) figure.hidden = figure !== shown;
  }
}

function addTabs(row) {
  for (const figure of row) {
    figure.classList.add("tabbed");
    const tabs = document.createElement("div");
    tabs.className = "tabs";
    tabs.setAttribute("role", "group");
    tabs.setAttribute("aria-label", "Language");
    for (const other of row) {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.className = "tab";
      tab.textContent = languageOf(other);
      tab.setAttribute("aria-pressed", String(other === figure));
      tab.addEventListener("click", () => {
        const before = figure.getBoundingClientRect().top;
        localStorage.setItem(PLACE, tab.textContent);
        show(tab.textContent);
        // What was above the pointer may have become longer: the sample stays under it.
        window.scrollBy(0, other.getBoundingClientRect().top - before);
        other.querySelector('.tab[aria-pressed="true"]').focus({ preventScroll: true });
      });
      tabs.append(tab);
    }
    figure.querySelector("figcaption").append(tabs);
  }
}

const taken = new Set();
for (const figure of document.querySelectorAll("figure.code")) {
  if (isSample(figure) && !taken.has(figure)) {
    const row = rowFrom(figure);
    row.forEach((each) => taken.add(each));
    if (row.length > 1) {
      rows.push(row);
      addTabs(row);
      row.slice(1).forEach((each) => (each.hidden = true));
    }
  }
  if (!figure.matches(".printed")) addCopy(figure);
}
const kept = localStorage.getItem(PLACE);
if (kept) show(kept);
