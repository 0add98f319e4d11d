// The test projects, from fast to slow: `unit` (pure, part of `npm run check`), `integration` (real sessions, workers,
// processes), `package` (what `npm run package` made) and `editor` (a real VS Code with that package installed).
import { defineConfig } from 'vitest/config';

const project = (name, testTimeout, options = {}) => ({
  extends: true,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`, ...(name === 'unit' ? ['test/*.test.ts'] : [])],
    testTimeout,
    ...options,
  },
});

/** Real processes on a busy machine: what fails is tried once more, and `npm test` says at its end what needed that. */
const onceMore = { retry: 1 };

/** An editor and a browser fill two cores: one at a time. */
const oneAtATime = { fileParallelism: false, maxWorkers: 1 };

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // What a person would wait for without a thought; the machine may have other things to do.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      project('unit', 20_000),
      project('integration', 120_000, onceMore),
      project('package', 60_000),
      project('editor', 120_000, {
        ...onceMore,
        ...oneAtATime,
        hookTimeout: 120_000,
        teardownTimeout: 30_000,
      }),
    ],
  },
});
