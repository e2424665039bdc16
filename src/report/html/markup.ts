/** HTML as a template: what is put in is text, and escaped, unless it is HTML itself.
 *
 *  Limit: values stand between tags or in quoted attributes; nowhere else is escaping enough. */

export class Html {
  readonly text: string;

  /** @param text that is HTML already. */
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((text, string, index) => text + textOf(values[index - 1]!) + string));
}

export const NOTHING = new Html('');

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
