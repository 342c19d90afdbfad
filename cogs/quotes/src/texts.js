// What the cog says, by language. QuickJS has no Intl: a text with a number is a function.

import { languages } from "cogbox";

export const texts = languages({
  "en-US": {
    nothingToQuote: "There is nothing to quote in that.",
    noText: "There is no text in that message.",
    kept: (number) => `Kept as number ${number}.`,
    keptAlready: (number) => `That message is quote number ${number} already.`,
    justKept: "Someone else just kept that message.",
    noneYet: "There are no quotes yet. Add one with `/quote add`.",
    noneWith: (words) => `No quote contains “${words}”.`,
    wereRemoved: "Those quotes were removed.",
    noSuch: (number) => `There is no quote number ${number}.`,
    notYours: "Someone else added that quote; only they and members who may manage messages can remove it.",
    gone: (number) => `Quote number ${number} is gone.`,
    title: (words) => (words ? `Quotes with “${words}”` : "Quotes"),
    number: (number) => `Number ${number}`,
    page: (all, page, pages) => `${all} in all, page ${page} of ${pages}`,
    previous: "Previous",
    next: "Next",
  },
  de: {
    nothingToQuote: "Darin gibt es nichts zu zitieren.",
    noText: "In dieser Nachricht steht kein Text.",
    kept: (number) => `Aufgehoben als Nummer ${number}.`,
    keptAlready: (number) => `Diese Nachricht ist schon Zitat Nummer ${number}.`,
    justKept: "Jemand anderes hat diese Nachricht gerade aufgehoben.",
    noneYet: "Es gibt noch keine Zitate. Füge eines mit `/zitat hinzufügen` hinzu.",
    noneWith: (words) => `Kein Zitat enthält „${words}“.`,
    wereRemoved: "Diese Zitate wurden entfernt.",
    noSuch: (number) => `Es gibt kein Zitat Nummer ${number}.`,
    notYours: "Jemand anderes hat dieses Zitat hinzugefügt; nur diese Person und wer Nachrichten verwalten darf, kann es entfernen.",
    gone: (number) => `Zitat Nummer ${number} ist weg.`,
    title: (words) => (words ? `Zitate mit „${words}“` : "Zitate"),
    number: (number) => `Nummer ${number}`,
    page: (all, page, pages) => `${all} ${all === 1 ? "Zitat" : "Zitate"}, Seite ${page} von ${pages}`,
    previous: "Zurück",
    next: "Weiter",
  },
});
