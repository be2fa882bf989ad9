// `npm test`: installs what the tests need, then runs the static checks and the tests. With arguments it passes them to
// Vitest and skips the static checks; `--with-faults` adds the crash tests. Ends with `N passed, N failed`. The syntax here is old on purpose.

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Firebreak needs Node 20 or newer to test, and this is ${process.versions.node}: install a newer one.`);
  process.exit(1);
}
import('./lib/test.js').then(({ test }) => test(process.argv.slice(2)));
