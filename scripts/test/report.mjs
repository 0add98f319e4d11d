// The end of `npm test`: what failed and why, what passed only when tried again, what was left out and why, and one line
// of counts, which CI reads. All of it is said here once more, as what was printed before may be cut.

/** Prints it and returns whether all is well. */
export function report(results, { maySkip }) {
  const failures = results.flatMap(failuresOf);
  const skips = results.flatMap(skipsOf);
  const retried = results.flatMap(({ tests }) => tests?.retried ?? []);

  console.log('');
  for (const failure of failures) console.log(`failed: ${failure}`);
  for (const test of retried) console.log(`passed at the second attempt: ${test}`);
  for (const { name, reason } of skips) console.log(`skipped: ${name} — ${reason}`);
  if (skips.length > 0 && !maySkip) console.log('failed: something was skipped, and --no-skip was given');

  const nTests = (kind) => results.reduce((sum, { tests }) => sum + (tests?.[kind] ?? 0), 0);
  const nSteps = (status) => results.filter((result) => result.status === status).length;
  const nForbidden = maySkip ? 0 : skips.length;
  const nFailed = nTests('failed') + nSteps('failed') + nForbidden;
  console.log(`${nTests('passed') + nSteps('passed')} passed, ${nFailed} failed`);
  return nFailed === 0;
}

function failuresOf({ name, status, detail, tests }) {
  if (status === 'stopped') return [`${name} (${detail})`];
  if (status !== 'failed') return [];
  const failures = tests?.failures ?? [];
  return [tests?.failed ? `${name} (${tests.failed} of its tests)` : name, ...failures];
}

function skipsOf({ name, status, detail, tests }) {
  const inFiles = (tests?.skipped ?? []).map((test) => ({ name: test, reason: 'its test file says so' }));
  return status === 'skipped' ? [{ name, reason: detail }, ...inFiles] : inFiles;
}
