// Two projects: `unit` (pure, fast, part of `npm run check`) and `integration` (real sessions, workers, processes).
import { defineConfig } from 'vitest/config';

const project = (name, testTimeout) => ({
  extends: true,
  test: { name, include: [`test/${name}/**/*.test.ts`, ...(name === 'unit' ? ['test/*.test.ts'] : [])], testTimeout },
});

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [project('unit', 20_000), project('integration', 120_000)],
  },
});
