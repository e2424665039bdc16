/** The command line that makes a run: only what differs from the scenario's defaults, folded at 80 columns. */
import type { Scenario } from '../scenarios/scenario.js';
import type { RunDocument } from './runSchema.js';
import { COLUMNS } from './textLayout.js';

export type RunChoice = Pick<
  RunDocument,
  | 'engine'
  | 'arch'
  | 'policy'
  | 'protocol'
  | 'cpus'
  | 'rounds'
  | 'callsPerRound'
  | 'placement'
  | 'seed'
  | 'hardware'
  | 'without'
  | 'overlay'
  | 'reaction'
  | 'parameters'
> & {
  /** Left out where it is the policy's own. */
  readonly kernel?: string | undefined;
  readonly json?: true;
  /** Where the run is written as a trace. */
  readonly traceFile?: string;
};

/** What `coresync run` takes where nothing is said. */
const DEFAULT_ENGINE = 'threads';
const DEFAULT_SEED = 0;
const DEFAULT_HARDWARE = 'adversarial';

const CONTINUED = ' \\';
const INDENT = '    ';
/** What the report puts before each line. */
const MARGIN = 2;

export function commandText(choice: RunChoice, { name, defaults }: Scenario): string[] {
  const options: string[] = [];
  const option = (flag: string, value: string | number, byDefault: string | number): void => {
    if (value !== byDefault) options.push(`--${flag} ${value}`);
  };
  option('engine', choice.engine, DEFAULT_ENGINE);
  option('arch', choice.arch, defaults.arch);
  option('policy', choice.policy, defaults.policy);
  if (choice.kernel !== undefined) options.push(`--kernel ${choice.kernel}`);
  option('protocol', choice.protocol, defaults.protocol);
  if (choice.overlay !== undefined) options.push(`--overlay ${choice.overlay}`);
  if (choice.reaction !== undefined) options.push(`--reaction ${choice.reaction}`);
  option('cpus', choice.cpus, defaults.cpus);
  option('rounds', choice.rounds, defaults.rounds);
  option('calls', choice.callsPerRound, defaults.callsPerRound);
  for (const [name, value] of Object.entries(choice.parameters ?? {})) options.push(`-p ${name}=${value}`);
  option('placement', choice.placement, defaults.placement);
  option('seed', choice.seed, DEFAULT_SEED);
  option('hardware', choice.hardware, DEFAULT_HARDWARE);
  if (choice.without.length > 0) options.push(`--without ${choice.without.join(' ')}`);
  if (choice.traceFile !== undefined) options.push(`--trace ${choice.traceFile}`);
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
