/** Reads what a page of ours says, by another way than it was written. */

const VOID = new Set(['meta', 'br', '!doctype']);
const ENTITY = /&#(\d+);/g;

/** @returns elements that are not closed, or closed in another order. */
export function openTags(text: string): string[] {
  const open: string[] = [];
  const visible = text.replace(/(<(script|style)\b[^>]*>).*?(<\/\2>)/gs, '$1$3');
  for (const [, end, name = ''] of visible.matchAll(/<(\/?)([!a-z][a-z0-9]*)(?:\s[^<>]*)?>/g)) {
    if (VOID.has(name)) continue;
    if (!end) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  // Anything that looks like a tag and is none.
  return [
    ...open,
    ...visible
      .replace(/<(\/?)([!a-z][a-z0-9]*)(?:\s[^<>]*)?>/g, '')
      .split('<')
      .slice(1),
  ];
}

/** Text of the first element with this name. */
export function textIn(text: string, name: string): string | undefined {
  const [, inside] = new RegExp(`<${name}(?:\\s[^<>]*)?>(.*?)</${name}>`, 's').exec(text) ?? [];
  return inside?.replaceAll(ENTITY, (_, code: string) => String.fromCharCode(Number(code)));
}

/** The documents that are in the page. */
export function dataIn(text: string): unknown[] {
  return [...text.matchAll(/<script type="application\/json"[^>]*>(.*?)<\/script>/gs)].map(([, json]) =>
    JSON.parse(json!),
  );
}
