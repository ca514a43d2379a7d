"use strict";
// Thins out the list of laws and adds copy buttons; the page is complete without it.
(() => {
  const form = document.getElementById("filters");
  const laws = [...document.querySelectorAll(".laws > li")];
  const topics = [...document.querySelectorAll(".topic")];

  const chosen = (name) =>
    new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));

  const thin = () => {
    const words = document.getElementById("find").value.toLowerCase().split(/\s+/);
    const [verdicts, evidence] = [chosen("verdict"), chosen("evidence")];
    for (const law of laws) {
      const { verdict, evidence: known, words: text } = law.dataset;
      const fits = verdicts.has(verdict) && evidence.has(known);
      law.hidden = !(fits && words.every((word) => text.includes(word)));
    }
    for (const topic of topics) topic.hidden = !topic.querySelector(".laws > li:not([hidden])");
    const left = laws.filter((law) => !law.hidden).length;
    document.getElementById("shown").textContent = `${left} of ${laws.length} laws`;
    document.getElementById("none").hidden = left > 0;
  };

  // A link to a topic that the filter hides would lead nowhere.
  const reveal = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place || !place.hidden) return;
    form.reset();
    thin();
    place.scrollIntoView();
  };

  form.hidden = false;
  form.addEventListener("input", thin);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  thin();

  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      button.textContent = "select and copy by hand";
    }
    setTimeout(() => (button.textContent = "copy"), 2000);
  };

  if (navigator.clipboard) {
    for (const box of document.querySelectorAll("pre.copy")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "copy";
      button.setAttribute("aria-label", `copy ${box.getAttribute("aria-label")}`);
      const text = box.textContent;
      button.addEventListener("click", () => copy(button, text));
      box.before(button);
    }
  }
})();
