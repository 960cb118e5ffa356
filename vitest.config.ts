import {defineConfig} from 'vitest/config';

// Each Node that is started reads these certificates, for 50 ms, and no test speaks to anybody outside.
delete process.env.NODE_EXTRA_CA_CERTS;

const common = {environment: 'node' as const, isolate: false, testTimeout: 90_000, hookTimeout: 90_000};

/**
 * `unit` and `int` need nothing built; the other projects drive the built `bin/stint` (see test/support/global-setup.ts).
 *
 * Only `int`, whose tests use processes, files, the clock and the environment of their own process, has a process for each file.
 * The others share one: to start it and to load the sources takes longer than most of their tests.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: true, // .ci/run counts the tests
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/architecture/**/*.test.ts'],
          exclude: ['**/*.int.test.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'int',
          include: ['{src,test/architecture}/**/*.int.test.ts', 'test/compat/**/*.test.ts'],
          isolate: true,
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
