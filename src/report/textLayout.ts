/** Text in 80 columns: paragraphs, lists of named values, things side by side. Widths count UTF-16 units, which
 *  are columns for all that coresync prints. */

export const COLUMNS = 80;

/** Words of `text` in lines of at most `width`, the first behind `lead`, the others behind as many spaces. A word
 *  that is longer than a line stays whole. */
export function wrap(text: string, lead = '', width = COLUMNS): string[] {
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(lead.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

const CONTINUED = ' \\';

/** A command in lines that a shell reads as one. Between single quotes, where a backslash is itself, a line ends as it is:
 *  whoever reads a schedule takes that for a space. */
export function foldCommand(command: string, lead = ''): string[] {
  const lines = wrap(command, lead, COLUMNS - CONTINUED.length);
  let isQuoted = false;
  return lines.map((line, index) => {
    if (line.split("'").length % 2 === 0) isQuoted = !isQuoted;
    return isQuoted || index === lines.length - 1 ? line : line + CONTINUED;
  });
}

/** `name  text`, with the names in a column and the text wrapped beside them. */
export function definitions(entries: readonly (readonly [name: string, text: string])[]): string[] {
  const longest = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.flatMap(([name, text]) => wrap(text, `  ${name.padEnd(longest)}  `));
}

/** Named numbers, in as many columns as fit. */
export function grid(entries: readonly (readonly [name: string, value: number])[]): string[] {
  const names = Math.max(0, ...entries.map(([name]) => name.length));
  const values = Math.max(0, ...entries.map(([, value]) => String(value).length));
  const cells = entries.map(([name, value]) => `  ${name.padEnd(names)} ${String(value).padStart(values)}`);
  const perLine = Math.max(1, Math.floor(COLUMNS / (names + values + 3)));
  const lines: string[] = [];
  for (let first = 0; first < cells.length; first += perLine) {
    lines.push(cells.slice(first, first + perLine).join(''));
  }
  return lines;
}

const GUTTER = ' | ';
const INDENT = '  ';

/** Two texts line by line, each in half of the width; what is longer continues below. */
export function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const width = Math.floor((COLUMNS - INDENT.length - GUTTER.length) / 2);
  const leftLines = left.flatMap((line) => foldLine(line, width));
  const rightLines = right.flatMap((line) => foldLine(line, width));
  return Array.from({ length: Math.max(leftLines.length, rightLines.length) }, (_, at) =>
    `${INDENT}${(leftLines[at] ?? '').padEnd(width)}${GUTTER}${rightLines[at] ?? ''}`.trimEnd(),
  );
}

/** The line as it is where it fits, else cut at spaces, and within a word where there are none. */
function foldLine(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const lead = line.slice(0, line.search(/\S/));
  return wrap(line.trim(), lead, width).flatMap(
    (part) => part.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [],
  );
}
