// Writes discord.json: what the judge needs of Discord's OpenAPI document, one schema or operation
// a line, so that the difference between two versions can be read.
//
//   node runtime/emulator/judge/prune.mjs path/to/discord-api-spec/specs/openapi.json
//
// Left out are words for people, headers, what only a user's own token can call, what speaks
// another service's language or belongs to games, and every schema that no kept operation leads to.
import { readFileSync, writeFileSync } from "node:fs";

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const words = new Set(["description", "title", "x-discord-union"]);

// Property names are names, even where one is called "title".
function pruned(value, names = false) {
  if (Array.isArray(value)) return value.map((part) => pruned(part));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => names || !words.has(key));
  return Object.fromEntries(kept.map(([key, part]) => [key, pruned(part, key === "properties" && !names)]));
}

const content = (body) => body?.content?.["application/json"]?.schema;
const ours = ({ security = [{}] }) => security.some((way) => !Object.keys(way).length || "BotToken" in way);

const operations = {};
const foreign = /^\/(lobbies|partner-sdk)|\/(github|slack)$/;

for (const [path, { parameters = [], ...methods }] of Object.entries(given.paths).filter(([path]) => !foreign.test(path))) {
  for (const [method, operation] of Object.entries(methods).filter(([, operation]) => ours(operation))) {
    const query = [...parameters, ...(operation.parameters ?? [])].filter((one) => one.in === "query");
    const replies = Object.entries(operation.responses).filter(([status]) => /^2\d\d$/.test(status));
    const kinds = Object.keys(operation.requestBody?.content ?? {});
    operations[`${method.toUpperCase()} ${path}`] = pruned({
      query: query.map(({ name, required, schema }) => ({ name, required, schema })),
      body: content(operation.requestBody),
      body_required: operation.requestBody?.required && kinds.includes("application/json") ? true : undefined,
      replies: Object.fromEntries(replies.map(([status, reply]) => [status, content(reply) ?? null])),
    }, true);
  }
}

const schemas = {};
const waiting = [operations, { $ref: "#/components/schemas/ErrorResponse" }, { $ref: "#/components/schemas/RatelimitedResponse" }];
for (let next; (next = waiting.pop());) {
  for (const [, name] of JSON.stringify(next).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (schemas[name]) continue;
    schemas[name] = pruned(given.components.schemas[name]);
    waiting.push(schemas[name]);
  }
}

const lines = (table) => {
  const rows = Object.keys(table).sort().map((key) => `${JSON.stringify(key)}: ${JSON.stringify(table[key])}`);
  return `{\n${rows.join(",\n")}\n}`;
};
const file = new URL("discord.json", import.meta.url);
writeFileSync(file, `{"operations": ${lines(operations)},\n"schemas": ${lines(schemas)}}\n`);
