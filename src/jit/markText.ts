/** Marks the patch points of a module in text form.
 *
 *  Source: WebAssembly Core Specification 2.0, "Lexical Format": comments, which nest, and strings are skipped.
 *  Limit: nothing but white space and one parenthesis may stand between an annotation and its i32.const. */
import { LabError } from '../base/errors.js';
import { lineAndColumn } from '../base/jsonText.js';
import { type MarkedConstant, METADATA_SECTION, markOf } from './patchMark.js';

const TOKENS = /;;[^\n]*|"(?:[^"\\]|\\.)*"|\(;|\(@metadata\.code\.patch\b/g;
const POINT =
  /\(@metadata\.code\.patch\s+"((?:[^"\\\n]|\\.)*)"\s*\)(\s*\(?\s*i32\.const\s+)([+-]?)(0x[\da-fA-F_]+|\d[\d_]*)(?![\w.])/y;
const SHOWN = 60;

/** @throws {LabError} E_OWN_CODE with line and column where something else than an i32.const is marked. */
export function markText(
  text: string,
  file: string,
): { readonly text: string; readonly points: readonly MarkedConstant[] } {
  const points: MarkedConstant[] = [];
  let marked = '';
  let copied = 0;
  TOKENS.lastIndex = 0;
  for (let token = TOKENS.exec(text); token; token = TOKENS.exec(text)) {
    if (token[0] === '(;') TOKENS.lastIndex = endOfComment(text, token.index);
    if (!token[0].startsWith('(@')) continue;
    const { line, column } = lineAndColumn(text, token.index);
    const where = `${file}:${line}:${column}`;
    POINT.lastIndex = token.index;
    const point = POINT.exec(text);
    if (!point) throw notAConstant(where, text.slice(token.index, token.index + SHOWN));
    const [all, payload = '', opening = '', sign = '', digits = ''] = point;
    const magnitude = Number(digits.replaceAll('_', ''));
    const annotation = all.slice(0, all.length - opening.length - sign.length - digits.length);
    /* Blank, and as long as before: messages about what follows point at the right place. */
    marked += text.slice(copied, token.index) + annotation.replace(/[^\n]/g, ' ');
    marked += opening + markOf(points.length);
    points.push({ payload, constant: (sign === '-' ? -magnitude : magnitude) | 0, where });
    copied = token.index + all.length;
    TOKENS.lastIndex = copied;
  }
  return { text: marked + text.slice(copied), points };
}

function notAConstant(where: string, rest: string): LabError {
  return new LabError(
    'E_OWN_CODE',
    `${where}: expected (@${METADATA_SECTION} "name") with an i32.const right after it, found ${JSON.stringify(rest.split('\n')[0])}`,
    'Mark an i32.const; nothing may stand between the two.',
  );
}

/** @returns the offset after the comment that begins at `start`. */
function endOfComment(text: string, start: number): number {
  const delimiter = /\(;|;\)/g;
  delimiter.lastIndex = start;
  let depth = 0;
  for (let found = delimiter.exec(text); found; found = delimiter.exec(text)) {
    depth += found[0] === '(;' ? 1 : -1;
    if (depth === 0) return delimiter.lastIndex;
  }
  return text.length;
}
