/** Which architecture profile the host is.
 *
 *  Source: Linux Documentation/ABI/testing/sysfs-devices-system-cpu, vulnerabilities/meltdown: says PTI where each return to
 *  user mode loads an address space.
 *  Limit: x86-64. A host that does not say is taken for one without PTI. */
import { readFileSync } from 'node:fs';

const MELTDOWN = '/sys/devices/system/cpu/vulnerabilities/meltdown';
const HAS_PTI = /\bPTI\b/;

const WITH_PTI = { arch: 'x86-64-pti' } as const;
const WITHOUT_PTI = { arch: 'x86-64' } as const;

/** @returns a name of the catalogue. */
export function hostProfile(): string {
  return profileOf(meltdownText());
}

/** @param meltdown as in that file. */
export function profileOf(meltdown: string): string {
  return (HAS_PTI.test(meltdown) ? WITH_PTI : WITHOUT_PTI).arch;
}

function meltdownText(): string {
  try {
    return readFileSync(MELTDOWN, 'latin1');
  } catch {
    return ''; // this host does not say
  }
}
