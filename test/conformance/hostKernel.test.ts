import { describe, expect, it } from 'vitest';
import { type HostPlatform, openHostKernel } from '../../src/engines/native/hostKernel.js';

const ERRNO = 7;

/** A C library that answers every call with what it was called with, or fails. */
function libraryThat(result: 'fails' | 'works'): HostPlatform['loadFfi'] {
  const load = (): { func: (declaration: string) => (...args: readonly unknown[]) => number } => ({
    func:
      (declaration) =>
      (...args) =>
        result === 'fails' ? -1 : declaration.length > 0 ? Number(args[0]) : 0,
  });
  const never = (): never => expect.unreachable('nobody maps code here');
  return () => Promise.resolve({ default: { load, errno: () => ERRNO, proto: never, decode: never } });
}

const loadsNothing: HostPlatform['loadFfi'] = () => Promise.reject(new Error('no such module'));

describe('openHostKernel', () => {
  it.each([
    ['darwin', 'arm64', 'the host is darwin on arm64'],
    ['linux', 's390x', 'the host is linux on s390x'],
  ])('says that %s on %s will not do, without loading anything', async (platform, arch, why) => {
    const kernel = await openHostKernel({ platform, arch, loadFfi: loadsNothing });
    expect(kernel).toEqual({ unavailable: expect.stringContaining(why) });
  });

  it('says why the library cannot be loaded', async () => {
    const kernel = await openHostKernel({ platform: 'linux', arch: 'x64', loadFfi: loadsNothing });
    expect(kernel).toEqual({ unavailable: 'koffi cannot be loaded: no such module' });
  });

  it.each([
    ['x64', 324],
    ['arm64', 283],
  ])('knows the number of the call on %s', async (arch, number) => {
    const kernel = await openHostKernel({ platform: 'linux', arch, loadFfi: libraryThat('works') });
    expect('unavailable' in kernel ? kernel : kernel.membarrier(0, 0, 0)).toBe(number);
  });

  it('gives a failed call as a negative errno', async () => {
    const kernel = await openHostKernel({ platform: 'linux', arch: 'x64', loadFfi: libraryThat('fails') });
    expect('unavailable' in kernel ? kernel : kernel.membarrier(0, 0, 0)).toBe(-ERRNO);
  });
});
