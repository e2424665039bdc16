/** What the host decides by itself where a run is on its own kernel: an option that would choose it is refused. */
import type { LabError } from '../base/errors.js';
import type { Engine } from '../engines/engines.js';
import { withoutEffect } from './withoutEffect.js';

/** Options of `coresync run`, and what they choose on simulated cpus. */
const DECIDED = {
  policy: "the serialization policy is the host kernel's own",
  kernel: 'the kernel is the one that the host runs',
  overlay: 'the host kernel says what it says',
  without: 'nothing can be taken out of the host kernel',
  hardware: "what cpus drop is the host's own",
  seed: 'nothing is drawn by lot there',
} as const;

type Decided = { readonly [Option in keyof typeof DECIDED]?: unknown };

/** @param profile that the host has.
 *  @throws {LabError} E_USAGE */
export function refuseWhatHostDecides(
  options: Decided & { readonly arch?: string },
  engine: Engine,
  profile: string,
): void {
  const refusal = (option: string, why: string): LabError =>
    withoutEffect(`--${option}`, `on engine ${engine.name}: ${why}`, `Leave out --${option}, or the engine.`);
  for (const [option, why] of Object.entries(DECIDED)) {
    if (options[option as keyof Decided] !== undefined) throw refusal(option, why);
  }
  if (options.arch !== undefined && options.arch !== profile) throw refusal('arch', `the host is ${profile}`);
}
