/** What the host says about itself in /proc and /sys. Whatever it does not say is undefined.
 *
 *  Source: proc(5); cgroups(7) with the kernel's cgroup-v2 document for cpu.max, and its sched-bwc document for
 *  cpu.cfs_quota_us; the cpufreq document for scaling_governor; getauxval(3) for AT_PAGESZ.
 *  Limit: Linux; elsewhere nothing of this can be read. Of control groups the process's own: one above it may allow less. */
import { readFileSync } from 'node:fs';

export function isVirtualMachine(): boolean {
  return /^flags\s*:.*\bhypervisor\b/m.test(textOf('/proc/cpuinfo') ?? '');
}

/** Cpus that the control group allows in the mean, where it sets a bound. */
export function cpuQuota(): number | undefined {
  const group = /^0::(.*)$/m.exec(textOf('/proc/self/cgroup') ?? '')?.[1] ?? '';
  const unified = textOf(`/sys/fs/cgroup${group}/cpu.max`) ?? textOf('/sys/fs/cgroup/cpu.max');
  const quota = textOf('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  return quotaIn(unified ?? `${quota} ${textOf('/sys/fs/cgroup/cpu/cpu.cfs_period_us')}`);
}

/** @param text `200000 100000` for two cpus; `max 100000` and `-1 100000` are no bound. */
export function quotaIn(text: string): number | undefined {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : undefined;
}

/** Who chooses the frequency of the first cpu. */
export function frequencyGovernor(): string | undefined {
  return textOf('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim();
}

export function pageBytes(): number | undefined {
  const vector = bytesOf('/proc/self/auxv');
  return vector && pageBytesIn(vector);
}

const AT_PAGESZ = 6n;
const PAIR_BYTES = 16;

/** @param vector pairs of a key and a value, of 64 bits each. */
export function pageBytesIn(vector: Buffer): number | undefined {
  for (let at = 0; at + PAIR_BYTES <= vector.length; at += PAIR_BYTES) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  }
  return undefined;
}

function textOf(path: string): string | undefined {
  return bytesOf(path)?.toString('latin1');
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // this host does not say
  }
}
