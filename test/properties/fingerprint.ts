/** Runs a mix and prints what came of it, to be compared across processes:
 *
 *      node dist/test/properties/fingerprint.js JSON */
import { pathToFileURL } from 'node:url';
import { bootMix } from './mixMachine.js';
import type { Mix } from './taskMix.js';

const MAX_STEPS = 10_000_000;

export interface Fingerprint {
  readonly halt: string;
  readonly steps: number;
  readonly cycles: number;
  /** SHA-256 over every word of the machine: code, counters and all. */
  readonly words: string;
  readonly tally: unknown;
}

export async function fingerprintOf(mix: Mix): Promise<Fingerprint> {
  const { machine } = await bootMix(mix);
  const halt = machine.run(MAX_STEPS);
  const bytes = new Uint8Array(machine.words.buffer).slice();
  return {
    halt,
    steps: machine.steps,
    cycles: machine.cycles,
    words: Buffer.from(bytes).toString('base64'),
    tally: machine.judge.tally,
  };
}

const [, script, mix] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href && mix !== undefined) {
  console.log(JSON.stringify(await fingerprintOf(JSON.parse(mix) as Mix)));
}
