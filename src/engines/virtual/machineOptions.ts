/** What a machine that is driven by hand is booted with, and what of it is refused.
 *
 *  Limit: that a name is known, of a policy say, is found out where it is loaded. */
import {
  anArray,
  aString,
  type Check,
  type Checks,
  checkOptions,
  checkWhole,
  notA,
  oneOf,
  strings,
  wholeNumber,
} from '../../base/given.js';
import { PLACEMENTS, type Placement } from '../../jit/placement.js';
import type { KernelConfig } from '../../kernel/kernelConfig.js';
import { checkKernelConfig } from '../../kernel/kernelConfigCheck.js';
import { MAX_CPUS, MAX_SEED } from '../limits.js';

export interface SiteOptions {
  readonly name: string;
  readonly placement: Placement;
}

export interface MachineOptions {
  /** 1 to 256; default 2. */
  readonly cpus?: number;
  /** Architecture profile; default x86-64. */
  readonly arch?: string;
  /** Serialization policy; default mainline. */
  readonly policy?: string;
  /** Kernel preset, or a configuration of your own; default that of the policy. */
  readonly kernel?: string | KernelConfig;
  /** Patch sites to map; default one, named 'hot', inside one aligned word. */
  readonly sites?: readonly SiteOptions[];
  /** Most processes that will be created, exec counts as one; 0 to 4096, default 8. */
  readonly processes?: number;
  /** Most threads and kernel threads that will be created, fork counts as one; 0 to 4096, default 16. */
  readonly threads?: number;
  readonly seed?: number;
  /** Barrier ids to leave out. */
  readonly without?: readonly string[];
}

const MAX_RESERVED = 4096;

const SITE_CHECKS: Checks<SiteOptions> = { name: aString, placement: oneOf(PLACEMENTS) };

const sites: Check = (key, value) => {
  anArray(key, value);
  for (const [index, site] of value.entries()) checkWhole<SiteOptions>(`${key}[${index}]`, site, SITE_CHECKS);
};

const BOOT_CHECKS: Checks<MachineOptions> = {
  cpus: wholeNumber(1, MAX_CPUS),
  arch: aString,
  policy: aString,
  kernel: (key, value) => {
    if (typeof value === 'string') return;
    if (typeof value !== 'object') throw notA('the name of a preset or a KernelConfig', key, value);
    checkKernelConfig(key, value);
  },
  sites,
  processes: wholeNumber(0, MAX_RESERVED),
  threads: wholeNumber(0, MAX_RESERVED),
  seed: wholeNumber(0, MAX_SEED),
  without: strings,
};

/** @throws {LabError} E_OPTION, E_RANGE, E_UNKNOWN_NAME */
export function checkMachineOptions(options: unknown): asserts options is MachineOptions {
  checkOptions<MachineOptions>('MachineOptions', options, BOOT_CHECKS);
}
