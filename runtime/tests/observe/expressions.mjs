// Reads which metrics and labels a query of Prometheus' names. Not a parser: Prometheus itself says whether a
// query is one.

const WORDS = new Set(["and", "or", "unless", "bool", "offset", "inf", "nan", "start", "end"]);

/**
 * Returns `{ metrics, grouped }`: the metrics by name, each with the labels that select of it, and the labels
 * that are grouped or matched by.
 */
export function names(query) {
  const metrics = new Map();
  const grouped = new Set();
  const rest = query
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g, (_, list) => {
      for (const label of list.split(",").map((text) => text.trim())) if (label) grouped.add(label);
      return " ";
    })
    .replaceAll(/\[[^\]]*\]/g, " ");
  for (const [, name, after, selector] of rest.matchAll(/\b([a-z_:][a-z0-9_:]*)\s*(\(|\{([^}]*)\})?/gi)) {
    if (after === "(" || WORDS.has(name.toLowerCase())) continue;
    const labels = metrics.get(name) ?? new Set();
    for (const [, label] of (selector ?? "").matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) labels.add(label);
    metrics.set(name, labels);
  }
  return { metrics, grouped };
}

/** Returns what `/metrics` exposes: each name of a sample with its labels, those that Prometheus adds included. */
export function exposed(text) {
  const found = new Map([["up", new Set(["job", "instance"])]]);
  for (const line of text.split("\n")) {
    const [, name, labels = ""] = /^([a-z_:][a-z0-9_:]*)(\{.*\})? \S+$/.exec(line) ?? [];
    if (!name) continue;
    const known = found.get(name) ?? new Set(["job", "instance"]);
    for (const [, label] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    found.set(name, known);
  }
  return found;
}

/** Returns what is wrong with a query, as sentences, where only what is `exposed` may be named. */
export function wrongs(query, exposed, shown = []) {
  const { metrics, grouped } = names(query);
  const all = new Set([...metrics.keys()].flatMap((name) => [...exposed.get(name) ?? []]));
  const found = [];
  if (metrics.size === 0) found.push("no metric is named");
  for (const [name, labels] of metrics) {
    if (!exposed.has(name)) found.push(`there is no metric ${name}`);
    else for (const label of labels) if (!exposed.get(name).has(label)) found.push(`${name} has no label ${label}`);
  }
  for (const label of [...grouped, ...shown]) if (!all.has(label)) found.push(`nothing here has a label ${label}`);
  return found;
}
