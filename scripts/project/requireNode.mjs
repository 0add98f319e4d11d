// Ends the program with one sentence where Node is too old for it. Imported first, for that effect, by the scripts
// that people run on a fresh clone: an old Node would otherwise answer with a stack trace about something else.
const leastMajor = 20;
const leastMinor = 19;

const [major, minor] = process.versions.node.split('.').map(Number);

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  console.error(
    `This needs Node ${leastMajor}.${leastMinor} or newer and found ${process.versions.node}: install a newer one, then try again.`,
  );
  process.exit(1);
}
