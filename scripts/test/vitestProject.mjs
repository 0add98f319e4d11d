// Runs one vitest project and counts its tests. The counts come from vitest's own report, not from its output.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
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
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, in: relative(projectRoot, file.name) })),
  );
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  const [passed, failed] = [withStatus('passed'), withStatus('failed')];
  return {
    passed: passed.length,
    failed: failed.length,
    skipped: withStatus('skipped', 'pending', 'todo', 'disabled').map(({ fullName }) => fullName),
    failures: [
      ...failed.map(whatFailed),
      ...files
        .filter(failedAsAWhole)
        .map(({ name, message }) => `${relative(projectRoot, name)}: ${message}`),
    ],
    retried: passed.filter(({ failureMessages }) => failureMessages.length > 0).map(whatFailed),
  };
}

/** A file that could not be read, or whose preparation failed: none of its tests is counted as failed. */
function failedAsAWhole({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}

/** The test, and what its last failure said, without the runner's own frames. */
function whatFailed({ in: file, fullName, failureMessages }) {
  const lines = (failureMessages.at(-1) ?? '')
    .split('\n')
    .filter((line) => !/node_modules|new Promise/.test(line));
  return [`${file} > ${fullName}`, ...lines].join('\n    ');
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
