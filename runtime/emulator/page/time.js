// Owns times on the page: when something was said, Discord's <t:…> styles, and keeping "3 minutes ago" true.

import { el } from "./dom.js";

/** The page is written in English, so dates are as well; the reader's own English if they have one. */
const LOCALE = navigator.language.startsWith("en") ? navigator.language : "en-GB";
const TICK = 10_000;

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** A <time> for `<t:at:style>`; `at` is in seconds since 1970. */
export function stamp(at, style) {
  const date = new Date(at * 1000);
  if (Number.isNaN(date.getTime())) return document.createTextNode("Invalid date");
  const shown = style === "R" ? relative(date) : format(date, style);
  return el("time", {
    class: "stamp",
    datetime: date.toISOString(),
    title: format(date, "F"),
    "data-relative": style === "R",
  }, shown);
}

/** A <time> that shows hours and minutes, with the full date on hover. */
export function clock(iso) {
  const date = new Date(iso);
  return el("time", { datetime: iso, title: format(date, "F") }, format(date, "t"));
}

/** When an embed says it is from: date and time. */
export function moment(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? null : el("time", { datetime: iso, title: format(date, "F") }, format(date, "s"));
}

/** "Today", "Yesterday" or the date. */
export function dayName(iso) {
  const day = new Date(iso).toDateString();
  if (day === new Date().toDateString()) return "Today";
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return "Yesterday";
  return format(new Date(iso), "D");
}

/** Keeps relative times true for as long as the page is open. */
export function keepTime() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const now = relative(new Date(time.dateTime));
      if (time.textContent !== now) time.textContent = now;
    }
  }, TICK);
}

function format(date, style) {
  return new Intl.DateTimeFormat(LOCALE, STYLES[style] ?? STYLES.f).format(date);
}

function relative(date) {
  const seconds = (date - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(Math.round(seconds / length), unit);
}
