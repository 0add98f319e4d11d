// Runs the steps of `npm test` and gathers how each went. A step's failure ends only the steps that need it.

/** Resolves to one `{ name, status, detail, tests }` a step, where status is passed, failed, skipped or stopped. */
export async function runSteps(steps) {
  const results = new Map();
  for (const group of groupChecks(steps)) {
    let running;
    for (const [index, step] of group.entries()) {
      console.log(`\n=== ${step.name} ===`);
      running ??= group.map((step) => runStep(step, results)); // all of them, once the first heading is out
      const result = await running[index];
      results.set(step.name, result);
      if (result.detail) console.log(result.detail);
    }
  }
  return [...results.values()];
}

/** Neighbouring checks as one group, every other step as a group of its own. */
function groupChecks(steps) {
  const groups = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.isCheck && last?.[0].isCheck) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

async function runStep({ name, run, needs }, results) {
  const cause = needs.map((need) => results.get(need)).find(({ status }) => status !== 'passed');
  if (cause?.status === 'skipped') return { name, status: 'skipped', detail: `it needs "${cause.name}"` };
  if (cause) return { name, status: 'stopped', detail: `not run, because "${cause.name}" did not pass` };
  try {
    return { name, status: 'passed', ...(await run()) };
  } catch (error) {
    return { name, status: 'failed', detail: error.message };
  }
}
