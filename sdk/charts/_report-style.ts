import { colorsOn, palette } from "./theme.js";

/** The style of a report page: one column, readable on a phone and on paper, dark where the reader's screen is. */
export function reportStyle(): string {
  return `:root { color-scheme: light dark; --page: #fff; --ink: #1f2328; --quiet: #5c636b; --line: #dfe2e6; --soft: #f5f6f8; --good: ${palette.green}; --bad: ${palette.vermillion}; --link: ${palette.blue}; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; padding-top: .7rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
.quiet, figcaption, tfoot, dt { color: var(--quiet); }
.status { display: inline-block; padding: 0 .55em; border-radius: 4px; border: 1px solid currentColor; font-size: .8rem; font-weight: 600; letter-spacing: .03em; }
.SUCCEEDED { color: var(--good); }
.FAILED { color: var(--bad); }
.headline { margin: 1rem 0 0; font-size: 1.05rem; }
.headline strong { font-size: 1.9rem; font-weight: 650; margin-right: .3em; white-space: nowrap; }
.warning { border-left: 4px solid var(--line); background: var(--soft); padding: .6rem 1rem; margin: 1.2rem 0; }
.failure { border-left: 4px solid var(--bad); background: var(--soft); padding: .6rem 1rem; margin: 1.2rem 0; }
figure { margin: 0; }
figcaption { font-size: .92rem; max-width: 44rem; margin-top: .3rem; }
.row { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: flex-start; }
svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
.scroll { overflow-x: auto; margin-top: .8rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .28rem .7rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; }
.unit { display: block; font-weight: 400; color: var(--quiet); }
.number { text-align: right; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort="ascending"] button::after { content: " ▲"; font-size: .7em; }
th[aria-sort="descending"] button::after { content: " ▼"; font-size: .7em; }
.copy { font: inherit; font-size: .8rem; color: var(--link); background: none; border: 1px solid var(--line); border-radius: 4px; padding: .1rem .6rem; margin: .4rem 0; cursor: pointer; }
pre { background: var(--soft); padding: .7rem .9rem; border-radius: 4px; overflow-x: auto; font-size: .85rem; line-height: 1.45; margin: .4rem 0; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; font-size: .9rem; }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
@media (max-width: 640px) {
  main { padding: 18px 14px 32px; }
  h1 { font-size: 1.3rem; }
  .headline strong { display: block; font-size: 1.6rem; }
  .wide { display: none; }
  .narrow { display: block; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  main { max-width: none; padding: 0; }
  .copy { display: none; }
  figure, tr, .failure { break-inside: avoid; }
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; }
}
@media screen and (prefers-color-scheme: dark) {
  :root { --page: ${colorsOn("dark").background}; --ink: #e3e5e8; --quiet: #a3a9b1; --line: #3a3d41; --soft: #26292d; --good: #2fc299; --bad: #f07a2a; --link: #4ba3db; }
${darkPictures()}
}`;
}

/** The pictures are drawn once, for white paper; on a dark screen each colour of the theme gives way to its dark twin. */
function darkPictures(): string {
  const from = colorsOn("white");
  const to = colorsOn("dark");
  const twins: [string | null, string | null][] = [
    [from.background, to.background],
    [from.ink, to.ink],
    [from.truth, to.truth],
    [from.grid, to.grid],
    ...from.models.map((color, i): [string, string] => [color, to.models[i]]),
    ...from.baselines.map((color, i): [string, string] => [color, to.baselines[i]]),
  ];
  return twins
    .filter(([light, dark]) => light !== dark)
    .map(([light, dark]) => `  svg [fill="${light}"] { fill: ${dark}; } svg [stroke="${light}"] { stroke: ${dark}; }`)
    .join("\n");
}
