// The letter fills in while its writer types. Every page does its work without this.

for (const preview of document.querySelectorAll("[data-preview]")) {
  const form = document.querySelector("main form");
  const places = [...preview.querySelectorAll("[data-field]")];

  const said = (name) => {
    const box = form.elements[name];
    if (!box) return "";
    return box.tagName === "SELECT" ? (box.value ? box.selectedOptions[0].text : "") : box.value.trim();
  };

  // As campaign/full_names.py joins them.
  const other = /(?=\p{L})[^\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー]/u;
  const isUnspaced = (name) => /\p{L}/u.test(name) && !other.test(name);
  const fullName = (given, family) => {
    if (isUnspaced(given) && isUnspaced(family)) return family + given;
    const isFamilyFirst = ["HU", "VN"].includes(form.elements.country?.value);
    return (isFamilyFirst ? [family, given] : [given, family]).join(" ").trim();
  };

  const fill = () => {
    for (const place of places) {
      const name = place.dataset.field;
      const value = name === "name" ? fullName(said("given_name"), said("family_name")) : said(name);
      place.textContent = value || "…";
    }
  };

  form.addEventListener("input", fill);
  fill();
  preview.hidden = false;
}
