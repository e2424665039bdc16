/** JSON with positions: what a person wrote by hand, so that an error can point at the line.
 *
 *  Source: RFC 8259. Stricter than JSON.parse where a slip would pass unseen: a key may stand once in an object.
 *  Members whose key begins with "//" are comments and are left out. JSON.parse reads the single strings and numbers.
 *  Limit: objects and arrays nest at most MAX_DEPTH deep, so that no text exhausts the stack. */

export type JsonPath = readonly PropertyKey[];

export const COMMENT_KEY = '//';
const MAX_DEPTH = 64;

/** The text is no JSON. `offset` is where reading stopped, in UTF-16 units from the start. */
export class JsonTextError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.name = 'JsonTextError';
    this.offset = offset;
  }
}

export interface JsonText {
  readonly value: unknown;
  /** Where the value at `path` begins; where there is none, the nearest that encloses it. */
  readonly offsetOf: (path: JsonPath) => number;
}

/** @throws {JsonTextError} */
export function parseJsonText(text: string): JsonText {
  const reader = new Reader(text);
  const value = reader.document();
  return {
    value,
    offsetOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const offset = reader.offsets.get(keyOf(path.slice(0, length)));
        if (offset !== undefined) return offset;
      }
      return reader.offsets.get(keyOf([])) ?? 0;
    },
  };
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const keyOf = (path: JsonPath): string => JSON.stringify(path.map(String));

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[-+.\w]+/y;

class Reader {
  readonly offsets = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    this.#match(SPACE);
    const value = this.#value([]);
    this.#match(SPACE);
    if (this.#at < this.#text.length) throw this.#expected('the end of the file');
    return value;
  }

  #value(path: JsonPath): unknown {
    if (path.length > MAX_DEPTH)
      throw new JsonTextError(this.#at, `it is nested more than ${MAX_DEPTH} deep`);
    this.offsets.set(keyOf(path), this.#at);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(path);
      case '[':
        return this.#array(path);
      case '"':
        return this.#string();
      default:
        return this.#scalar(this.#match(WORD), 'a value');
    }
  }

  #object(path: JsonPath): unknown {
    const members = new Map<string, unknown>();
    this.#list('}', () => {
      const start = this.#at;
      if (this.#text[start] !== '"') throw this.#expected('a key in double quotes');
      const key = this.#string();
      if (members.has(key) && !key.startsWith(COMMENT_KEY))
        throw new JsonTextError(start, `the key '${key}' stands here a second time`);
      this.#match(SPACE);
      this.#take(':');
      this.#match(SPACE);
      members.set(key, this.#value([...path, key]));
    });
    /* fromEntries defines own properties, so that a key like __proto__ is one of them and nothing else. */
    return Object.fromEntries([...members].filter(([key]) => !key.startsWith(COMMENT_KEY)));
  }

  #array(path: JsonPath): unknown[] {
    const items: unknown[] = [];
    this.#list(']', () => items.push(this.#value([...path, items.length])));
    return items;
  }

  #list(end: string, item: () => void): void {
    this.#at++;
    this.#match(SPACE);
    if (this.#text[this.#at] !== end) {
      for (;;) {
        item();
        this.#match(SPACE);
        if (this.#text[this.#at] !== ',') break;
        this.#at++;
        this.#match(SPACE);
      }
    }
    if (this.#text[this.#at] !== end) throw this.#expected(`',' or '${end}'`);
    this.#at++;
  }

  #string(): string {
    const start = this.#at;
    const token = this.#match(STRING);
    if (token === '') throw new JsonTextError(start, 'the string that begins here does not end');
    return String(this.#scalar(token, 'a string'));
  }

  #scalar(token: string, what: string): unknown {
    const start = this.#at - token.length;
    try {
      return JSON.parse(token);
    } catch {
      this.#at = start;
      throw this.#expected(what);
    }
  }

  #take(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#expected(`'${character}'`);
    this.#at++;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += token.length;
    return token;
  }

  #expected(what: string): JsonTextError {
    const found = this.#text[this.#at];
    return new JsonTextError(
      this.#at,
      `expected ${what}, found ${found === undefined ? 'the end of the file' : JSON.stringify(found)}`,
    );
  }
}
