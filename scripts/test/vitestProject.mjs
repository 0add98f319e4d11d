// Runs one vitest project and counts its tests. The counts come from vitest's own report, not from its output.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outFolder, projectRoot } from '../project/paths.mjs';
import { runCommand } from '../project/runCommand.mjs';

export async function runVitestProject(project) {
  const report = join(outFolder, 'test-results', `${project}.json`);
  rmSync(report, { force: true }); // an old one must not be counted if vitest does not get as far as writing one

  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const failure = await runCommand(process.execPath, [
    vitest,
    'run',
    '--project',
    project,
    ...reporters,
  ]).then(
    () => undefined,
    (error) => error.message,
  );
  return { status: failure ? 'failed' : 'passed', detail: failure, tests: countTests(report) };
}

function countTests(report) {
  const files = readReport(report)?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  return {
    passed: withStatus('passed').length,
    failed: withStatus('failed').length,
    skipped: withStatus('skipped', 'pending', 'todo', 'disabled').map(({ fullName }) => fullName),
  };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
