import { describe, expect, it } from 'vitest';
import { packageFile, readPackageText } from '../../src/jit/packageFile.js';

describe('packageFile', () => {
  it('a file of the package, from the sources and from the build: its text', async () => {
    expect(packageFile('wasm/run-loop.wat').protocol).toBe('file:');
    expect(await readPackageText('wasm/run-loop.wat')).toContain('(export "run")');
  });

  it('package.json itself: the one that is named coresync', async () => {
    expect(JSON.parse(await readPackageText('package.json'))).toMatchObject({ name: 'coresync' });
  });

  it('a file that is not there: E_PACKAGE_FILE with its place', async () => {
    await expect(readPackageText('wasm/absent.wat')).rejects.toMatchObject({
      code: 'E_PACKAGE_FILE',
      message: expect.stringContaining('wasm/absent.wat'),
    });
  });
});
