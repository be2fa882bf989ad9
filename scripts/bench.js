// `npm run bench`: installs what the benchmark needs and runs it. The syntax here is old on purpose.

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Firebreak needs Node 20 or newer to measure, and this is ${process.versions.node}: install a newer one.`,
  );
  process.exit(1);
}
import('./lib/bench.js').then(({ bench }) => bench(process.argv.slice(2)));
