/** Which architecture profile the host is.
 *
 *  Source: Linux Documentation/ABI/testing/sysfs-devices-system-cpu, vulnerabilities/meltdown: says PTI where each return to
 *  user mode loads an address space.
 *  Limit: x86-64. A host that does not say is taken for one without PTI. */
import { readFileSync } from 'node:fs';

const MELTDOWN = '/sys/devices/system/cpu/vulnerabilities/meltdown';
const WITH_PTI = /\bPTI\b/;

/** @returns a name of the catalogue. */
export function hostProfile(): string {
  return profileOf(meltdownText());
}

/** @param meltdown as in that file. */
export function profileOf(meltdown: string): string {
  return ['x86-64', ...(WITH_PTI.test(meltdown) ? ['pti'] : [])].join('-');
}

function meltdownText(): string {
  try {
    return readFileSync(MELTDOWN, 'latin1');
  } catch {
    return ''; // this host does not say
  }
}
