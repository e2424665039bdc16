/** What a host is good for, as text: a line a check, with what to do where something is missing, and a verdict an engine. */
import type { Check, CheckStatus, DoctorDocument } from './doctorSchema.js';
import type { Paint } from './paint.js';
import { definitions, wrap } from './textLayout.js';

const STATUS_WIDTH = 'warning'.length;
const COLOUR = { ok: 'green', warning: 'yellow', missing: 'red' } as const satisfies Record<
  CheckStatus,
  string
>;

export function doctorText({ checks, engines }: DoctorDocument, paint: Paint): string {
  const longest = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, value, status, todo }: Check) => {
    const [first = '', ...more] = wrap(value, `${status.padEnd(STATUS_WIDTH)}  ${name.padEnd(longest)}  `);
    const painted = paint(COLOUR[status], first.slice(0, status.length)) + first.slice(status.length);
    const advice = todo === undefined ? [] : wrap(todo, `${' '.repeat(STATUS_WIDTH + 2)}-> `);
    return [painted, ...more, ...advice];
  });
  const verdicts = definitions(engines.map(({ name, verdict }) => [name, verdict]));
  return `${[...lines, '', paint('bold', 'Engines'), ...verdicts].join('\n')}\n`;
}
