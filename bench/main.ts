/** `npm run bench` lists the benches, `npm run bench -- <name>` runs one. `--save FILE` keeps every sample as JSON. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EXIT, LabError } from '../src/base/errors.js';
import { unknownName } from '../src/base/nearest.js';
import { bench as doorbell } from './doorbell.js';
import { bench as explorer } from './explorer.js';
import { bench as globalExpedited } from './globalExpedited.js';
import type { Bench } from './harness/bench.js';
import { hostLine, thisHost } from './harness/host.js';
import { bench as membarrier } from './membarrier.js';
import { bench as memory } from './memory.js';
import { bench as ownCode } from './ownCode.js';
import { bench as published } from './published.js';
import { bench as reductions } from './reductions.js';
import { bench as sandbox } from './sandbox.js';
import { bench as virtual } from './virtual.js';
import { bench as workers } from './workers.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  sandbox,
  'own-code': ownCode,
  doorbell,
  membarrier,
  'global-expedited': globalExpedited,
  memory,
  virtual,
  published,
  explorer,
  workers,
  reductions,
};

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined) return list();
  const bench = BENCHES[name];
  if (!bench) throw unknownName('bench', name, Object.keys(BENCHES));
  const { numbers, save } = optionsOf(bench, rest);
  const host = thisHost();
  console.log(`${name}: ${bench.title}`);
  console.log(hostLine(host));
  const { lines, series } = await bench.run(numbers);
  for (const line of lines) console.log(line);
  if (save !== undefined) {
    writeFileSync(save, `${JSON.stringify({ bench: name, host, options: numbers, series }, null, 1)}\n`);
    console.log(`samples: ${save}`);
  }
}

function list(): void {
  for (const [name, { title, options }] of Object.entries(BENCHES)) {
    console.log(`${name.padEnd(18)}${title}`);
    for (const [option, { about, default: value }] of Object.entries(options)) {
      console.log(`${' '.repeat(18)}--${option} N   ${about} (${value})`);
    }
  }
  console.log('\nnpm run bench -- <name> [--save FILE]');
}

function optionsOf(
  { options }: Bench,
  args: readonly string[],
): { readonly numbers: Record<string, number>; readonly save: string | undefined } {
  const declared = Object.fromEntries(
    [...Object.keys(options), 'save'].map((option) => [option, { type: 'string' }] as const),
  );
  const { values } = parseArgs({ args: [...args], options: declared, strict: true });
  const numbers = Object.entries(options).map(([option, { default: value, least, most }]) => {
    const text = values[option];
    const number = text === undefined ? value : Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return [option, number] as const;
    throw new LabError(
      'E_RANGE',
      `--${option} is ${text}; expected a whole number from ${least} to ${most}`,
      'Choose one in that range.',
    );
  });
  return { numbers: Object.fromEntries(numbers), save: values.save };
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof LabError) {
    console.error(`${error.message}\n${error.next}`);
    process.exitCode = error.exit;
  } else if (
    error instanceof TypeError &&
    'code' in error &&
    String(error.code).startsWith('ERR_PARSE_ARGS')
  ) {
    console.error(error.message);
    process.exitCode = EXIT.usage;
  } else {
    console.error(error);
    process.exitCode = EXIT.broke;
  }
}
