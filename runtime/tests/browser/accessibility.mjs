// Owns what is measured of a page as it is shown: the contrast of every visible text, whether anything
// sticks out sideways, and the rules of WCAG 2 AA that a program can check.

import { axe } from "./browser.mjs";

/** WCAG 2, 1.4.3: contrast of text of any size meets 4.5:1, so that large text needs no exception. */
const LEAST = 4.5;

/** Returns a sentence for each visible text whose contrast with what lies behind it is too low. */
export function faintTexts(page) {
  return page.evaluate((least) => {
    const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const colours = new Map();

    /** Any CSS colour as [red, green, blue, alpha], the last from 0 to 1. */
    function read(colour) {
      if (!colours.has(colour)) {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
        colours.set(colour, [red, green, blue, alpha / 255]);
      }
      return colours.get(colour);
    }

    const over = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a));

    /** What lies behind the content of an element: the colours of its ancestors, one over the other. */
    function ground(element) {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.push(read(getComputedStyle(at).backgroundColor));
      const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
      return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
    }

    /** Relative luminance as WCAG 2 defines it. */
    function luminance(colour) {
      const [red, green, blue] = colour.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }

    function contrast(element) {
      const behind = ground(element);
      let opacity = 1;
      for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
      const [red, green, blue, alpha] = read(getComputedStyle(element).color);
      const shown = over([red, green, blue, alpha * opacity], behind);
      const [dark, light] = [luminance(shown), luminance(behind)].sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    }

    const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && !element.closest(":disabled, [aria-disabled=true], .sr") // inactive parts are excepted
      && read(getComputedStyle(element).color)[3] > 0;

    const faint = [];
    let seen = 0;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement: element } = texts.currentNode;
      if (!data.trim() || !isShown(element)) continue;
      seen += 1;
      const measured = contrast(element);
      if (measured < least) faint.push(`“${data.trim().slice(0, 40)}” has ${measured.toFixed(2)}:1`);
    }
    return seen ? faint : ["there is no visible text at all"];
  }, LEAST);
}

/** How many pixels the page is wider than its window. */
export function overhang(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Returns a sentence for each rule of WCAG 2 A and AA that a program can check and that the page breaks. */
export async function brokenRules(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ help, nodes }) => nodes.map(({ target }) => `${help}: ${target.join(" ")}`));
  });
}
