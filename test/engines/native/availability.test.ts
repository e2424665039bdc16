import { describe, expect, it } from 'vitest';
import { nativeAvailability } from '../../../src/engines/native/availability.js';
import type { HostPlatform } from '../../../src/engines/native/hostKernel.js';
import { profileOf } from '../../../src/engines/native/hostProfile.js';

const ERRNO = 38;

/** A C library on which every call but `membarrier` fails, and that one gives these bits. */
function libraryWith(commands: number): HostPlatform['loadFfi'] {
  const never = (): never => expect.unreachable('nothing is mapped');
  const func = (declaration: string) => (): number => (declaration.includes('syscall(') ? commands : -1);
  return async () => ({
    default: { load: () => ({ func }), errno: () => ERRNO, proto: never, decode: never },
  });
}

describe('the engine native says why it cannot run', () => {
  it.each<[string, Partial<HostPlatform>, string]>([
    ['another architecture', { arch: 'arm64' }, 'the host is arm64, and its machine code is for x86-64'],
    ['another system', { platform: 'darwin' }, 'the host is darwin on x64; Linux on x64 or arm64 is needed'],
    [
      'no koffi',
      { loadFfi: () => Promise.reject(new Error('no such module')) },
      'koffi cannot be loaded: no such module',
    ],
    ['no membarrier', { loadFfi: libraryWith(-1) }, 'membarrier(2) gives errno 38'],
    ['no SYNC_CORE', { loadFfi: libraryWith(0x1f) }, 'membarrier(2) has no SYNC_CORE here'],
    ['no cpus', { loadFfi: libraryWith(0x3ff) }, 'sched_getaffinity(2) names no cpu'],
  ])('%s', async (_, changed, reason) => {
    const host = { platform: 'linux', arch: 'x64', loadFfi: libraryWith(0), ...changed };
    expect(await nativeAvailability(host)).toBe(reason);
  });
});

it('the profile of the host is one with PTI where the kernel says so', () => {
  expect(profileOf('Mitigation: PTI\n')).toBe('x86-64-pti');
  expect(profileOf('Not affected\n')).toBe('x86-64');
  expect(profileOf('')).toBe('x86-64');
});
