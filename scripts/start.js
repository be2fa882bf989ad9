// `npm start`: brings a fresh clone up, then runs `firebreak up`. The syntax here is old on purpose, so that an old Node
// reaches the sentence that says what it needs.

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Firebreak needs Node 20 or newer to start, and this is ${process.versions.node}: install a newer one.`,
  );
  process.exit(1);
}
import('./lib/start.js').then(({ start }) => start(process.argv.slice(2)));
