/** What is written as YAML: texts, lists and maps. */
export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** A value in YAML's block style, in a form of which there is only one. */
export function formatYaml(value: { readonly [key: string]: YamlValue }): string {
  return mapLines(value).join("\n") + "\n";
}

function mapLines(map: { readonly [key: string]: YamlValue }): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const lines = linesOf(value);
    if (isBlock(value)) return [`${scalar(key)}:`, ...lines.map((line) => `  ${line}`)];
    return [`${scalar(key)}: ${lines[0]}`];
  });
}

function listLines(list: readonly YamlValue[]): readonly string[] {
  return list.flatMap((item) => {
    const [first, ...rest] = linesOf(item);
    return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function linesOf(value: YamlValue): readonly string[] {
  if (typeof value === "string") return [scalar(value)];
  if (isList(value)) return value.length === 0 ? ["[]"] : listLines(value);
  return Object.keys(value).length === 0 ? ["{}"] : mapLines(value);
}

/** Whether a value has lines of its own below its key. */
function isBlock(value: YamlValue): boolean {
  return typeof value !== "string" && Object.keys(value).length > 0;
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

/** Words that are text without quotes wherever they stand. */
const plainWord = /^[A-Za-z./][A-Za-z0-9._/-]*$/;
const otherThanText = /^(?:null|true|false|\.?nan|\.?inf|\..*)$/i;

/** Characters that YAML does not take as they are, and JSON does. */
const escaped = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A double-quoted text of YAML is one of JSON, but for the characters above. */
function scalar(text: string): string {
  const isPlain = plainWord.test(text) && (!otherThanText.test(text) || text.startsWith("./"));
  if (isPlain) return text;
  return JSON.stringify(text).replace(
    escaped,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
