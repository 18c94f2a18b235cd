// What a person sees of a notebook in JupyterLab: drawn charts, a display that moves, text that can be read on both themes.
import { command, openNotebook, outputOf, photograph, settled } from "./lab.mjs";

/** Runs oscillator.ipynb. @returns what was seen; throws where something is not as it should be */
export async function seeNotebook({ browser, url, pictures }) {
  const page = await openNotebook(browser, url, "oscillator.ipynb");
  const training = outputOf(page, "await plan.run()");
  await command(page, "notebook:run-all-cells");
  const states = new Set();
  const looking = setInterval(async () => {
    const texts = await training.locator("code, pre").allTextContents();
    if (texts.length > 0) states.add(texts.join("\n"));
  }, 200);
  await settled(page).finally(() => clearInterval(looking));
  if (states.size < 3) throw new Error(`the live display had ${states.size} states`);
  await page.waitForTimeout(1000);

  const charts = await page.evaluate(chartsOf);
  if (charts.length === 0 || charts.some(({ drawn }) => !drawn))
    throw new Error(`charts without marks: ${JSON.stringify(charts)}`);
  await photograph(page, `${pictures}/oscillator-light.png`);
  const light = await page.evaluate(faintest);
  await command(page, "apputils:change-theme", { theme: "JupyterLab Dark" });
  await page.waitForFunction(() => document.body.dataset.jpThemeLight === "false");
  await page.waitForTimeout(1000);
  await photograph(page, `${pictures}/oscillator-dark.png`);
  const dark = await page.evaluate(faintest);
  await command(page, "apputils:change-theme", { theme: "JupyterLab Light" });
  for (const { contrast, text } of [light, dark]) {
    // one grey for both themes cannot have the 4.5 of WCAG's AA on both: 4.3 is the most
    if (contrast < 4.2) throw new Error(`contrast ${contrast} of ${text}`);
  }
  await page.close();
  return { charts: charts.length, states: states.size, contrast: { light: light.contrast, dark: dark.contrast } };
}

/**
 * Charts in the page with what is drawn in them: pixels of a canvas that are not background, or shapes of a picture, which may stand in
 * the page or be an image that carries it.
 */
function chartsOf() {
  const canvases = [...document.querySelectorAll(".jp-OutputArea canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let pixels = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && Math.min(data[i], data[i + 1], data[i + 2]) < 200) pixels++;
    return { kind: "canvas", drawn: pixels > 500 };
  });
  const shapes = "path[d], line, rect, circle, polyline";
  const inline = [...document.querySelectorAll(".jp-OutputArea figure svg")].map((svg) => ({
    kind: "svg",
    drawn: svg.getBoundingClientRect().width > 100 && svg.querySelectorAll(shapes).length > 5,
  }));
  const images = [...document.querySelectorAll('.jp-OutputArea figure img[src^="data:image/svg+xml;base64,"]')].map((image) => {
    const svg = new DOMParser().parseFromString(atob(image.src.split(",")[1]), "image/svg+xml");
    return { kind: "image", drawn: image.complete && image.naturalWidth > 100 && svg.querySelectorAll(shapes).length > 5 };
  });
  return [...canvases, ...inline, ...images];
}

/** The text in HTML outputs and their pictures that is hardest to read, with its contrast as WCAG defines it. */
function faintest() {
  const channels = (color) => {
    const hex = /^#([0-9a-f]{6})$/i.exec(color);
    if (hex !== null) return [0, 2, 4].map((i) => Number.parseInt(hex[1].slice(i, i + 2), 16));
    return (color.match(/[\d.]+/g) ?? ["0", "0", "0", "0"]).map(Number);
  };
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      const [, , , alpha = 1] = channels(color);
      if (alpha > 0.5) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (color, background) => {
    const [a, b] = [luminance(color), luminance(background)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const outputs = ".jp-OutputArea .jp-RenderedHTMLCommon";
  const texts = [...document.querySelectorAll(`${outputs} *`)]
    .filter((one) => !(one instanceof SVGElement) || one.tagName === "text")
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""))
    .map((one) => {
      const style = getComputedStyle(one);
      return { contrast: contrast(one instanceof SVGElement ? style.fill : style.color, behind(one)), text: one.textContent };
    });
  const drawn = [...document.querySelectorAll(`${outputs} img[src^="data:image/svg+xml;base64,"]`)].flatMap((image) => {
    const svg = new DOMParser().parseFromString(atob(image.src.split(",")[1]), "image/svg+xml");
    return [...svg.querySelectorAll("text[fill]")].map((one) => ({
      contrast: contrast(one.getAttribute("fill"), behind(image)),
      text: one.textContent,
    }));
  });
  const least = [...texts, ...drawn].reduce((a, b) => (b.contrast < a.contrast ? b : a), { contrast: 21, text: "" });
  return { contrast: Number(least.contrast.toFixed(1)), text: least.text.slice(0, 60) };
}
