/**
 * What a report can do beyond being read: sort tables, copy tables and commands, unfold everything for the printer.
 * The page is complete without it; buttons exist only where it runs.
 */
export const reportScript = `"use strict";
const copyButton = (text, label, after) => {
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.textContent = label;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copying is not allowed here";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  };
  after.after(button);
};
for (const table of document.querySelectorAll("table[data-csv]")) {
  copyButton(table.dataset.csv, "Copy as CSV", table.closest(".scroll") ?? table);
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
      const numeric = head.className === "number";
      const key = (row) => numeric ? Number(row.cells[column].dataset.value || NaN) : row.cells[column].textContent;
      const compare = (a, b) => {
        const x = key(a), y = key(b);
        if (!numeric) return sign * x.localeCompare(y);
        return Number.isNaN(x) - Number.isNaN(y) || sign * (x - y);
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
    };
  });
}
for (const pre of document.querySelectorAll("pre[data-copy]")) copyButton(pre.textContent, "Copy", pre);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
`;
