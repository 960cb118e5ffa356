import {defineConfig} from 'vitest/config';

const common = {environment: 'node' as const, testTimeout: 90_000, hookTimeout: 90_000};

/** `unit` needs nothing built; the other projects drive the built `bin/stint` (see test/support/global-setup.ts). */
export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: true, // .ci/run counts the tests
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/architecture/**/*.test.ts', 'test/compat/**/*.test.ts'],
        },
      },
      {test: {...common, name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 120_000}},
      {test: {...common, name: 'fault', include: ['test/fault/**/*.test.ts'], testTimeout: 120_000}},
      {test: {...common, name: 'truth', include: ['test/truth/**/*.test.ts'], testTimeout: 240_000}},
      {test: {...common, name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 180_000}},
      {test: {...common, name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 120_000}},
      {test: {...common, name: 'nodes', include: ['test/nodes/**/*.test.ts'], testTimeout: 120_000}},
      {test: {...common, name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 600_000}},
    ],
  },
});
