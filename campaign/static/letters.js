// The letter fills in while its writer types. Every page does its work without this.

for (const preview of document.querySelectorAll("[data-preview]")) {
  const form = document.querySelector("main form");
  const places = [...preview.querySelectorAll("[data-field]")];

  const said = (name) => {
    const box = form.elements[name];
    if (!box) return "";
    return box.tagName === "SELECT" ? (box.value ? box.selectedOptions[0].text : "") : box.value.trim();
  };

  const fill = () => {
    for (const place of places) {
      const name = place.dataset.field;
      const value = name === "name" ? [said("given_name"), said("family_name")].join(" ").trim() : said(name);
      place.textContent = value || "…";
    }
  };

  form.addEventListener("input", fill);
  fill();
  preview.hidden = false;
}
