// Writes intl.tsv anew, after which the tests say what changed: node intl.mjs > intl.tsv

const LOCALES = "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko";
const NUMBERS = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 14, 19, 20, 21, 22, 25, 99, 100, 101, 102, 111, 112, 119, 121, 999, 1000, 1001, 9999, 10000, 123456, 1000000, 1234567, 123456789,
  0.1, 0.5, 0.012, 1.1, 1.5, 2.25, 3.001, 10.1, 11.12, 1234.5, 12345.678, -1, -2, -0.5, -1234.5];

for (const locale of LOCALES.split(" ")) {
  const forms = new Intl.PluralRules(locale);
  const format = new Intl.NumberFormat(locale);
  for (const number of NUMBERS) {
    console.log([locale, number, forms.select(number), format.format(number)].join("\t"));
  }
}
