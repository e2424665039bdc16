/** The command line that makes a run: only what differs from the scenario's defaults, folded at 80 columns. */
import type { Scenario } from '../scenarios/scenario.js';
import type { RunDocument } from './runSchema.js';
import { COLUMNS } from './textLayout.js';

export type RunChoice = Pick<
  RunDocument,
  'arch' | 'policy' | 'protocol' | 'cpus' | 'rounds' | 'callsPerRound' | 'placement' | 'without'
> & { readonly json?: true };

const CONTINUED = ' \\';
const INDENT = '    ';
/** What the report puts before each line. */
const MARGIN = 2;

export function commandText(choice: RunChoice, { name, defaults }: Scenario): string[] {
  const options: string[] = [];
  const option = (flag: string, value: string | number, byDefault: string | number): void => {
    if (value !== byDefault) options.push(`--${flag} ${value}`);
  };
  option('arch', choice.arch, defaults.arch);
  option('policy', choice.policy, defaults.policy);
  option('protocol', choice.protocol, defaults.protocol);
  option('cpus', choice.cpus, defaults.cpus);
  option('rounds', choice.rounds, defaults.rounds);
  option('calls', choice.callsPerRound, defaults.callsPerRound);
  option('placement', choice.placement, defaults.placement);
  if (choice.without.length > 0) options.push(`--without ${choice.without.join(' ')}`);
  if (choice.json) options.push('--json');
  return fold([`coresync run ${name}`, ...options]);
}

function fold(parts: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line !== '' && MARGIN + line.length + 1 + part.length + CONTINUED.length > COLUMNS) {
      lines.push(line + CONTINUED);
      line = INDENT + part;
    } else line += line === '' ? part : ` ${part}`;
  }
  return [...lines, line];
}
