import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Bench } from './bench.mjs';
import { describeMachine, machineName } from './machine.mjs';
import { access, logins, refreshes, visibility } from './identity.mjs';
import { history, liveUpdates, memory, rest, single } from './parts.mjs';
import { full, quick } from './plan.mjs';
import { budgets, neighbours, ramp, statement, transfers, zipf } from './wallets.mjs';
import { amount, report, verdict } from './report.mjs';
import { round } from './statistics.mjs';

const groups = {
  identity: { access, logins, refreshes, visibility },
  wallets: { single, zipf, neighbours, transfers, budgets, statement, ramp },
};
const parts = { rest, single, live: liveUpdates, memory, history, ...groups.identity, ...groups.wallets };
const names = process.argv.slice(2).filter((word) => word !== '--quick');
const mode = process.argv.includes('--quick') ? 'quick' : 'full';
const chosen = names.length === 0 || names.includes('all')
  ? Object.keys(parts)
  : [...new Set(names.flatMap((name) => Object.keys(groups[name] ?? { [name]: name })))];
const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. Parts: all, ${Object.keys(parts).join(', ')}. ` +
    'Groups: identity, wallets. --quick for short runs.');
  process.exit(2);
}

const began = performance.now();
const log = (line) => console.log(`[${((performance.now() - began) / 1000).toFixed(0).padStart(3)} s] ${line}`);
const bench = new Bench(mode === 'quick' ? quick : full, log);
const outcomes = [];
let failed = false;
let stopping = null;

// Leave nothing running, however this process ends.
const close = () => (stopping ??= bench.close()
  .catch((error) => console.error(error.message))
  .finally(() => rmSync(bench.folder, { recursive: true, force: true })));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    console.error(`Stopped by ${signal}.`);
    void close().then(() => process.exit(130));
  });
}

try {
  await bench.platform();
  const machine = await describeMachine(bench.database, join(bench.main.folder, 'postgres', 'data'));
  for (const name of chosen) {
    log(`-- ${name}`);
    outcomes.push(...await parts[name](bench));
  }

  write(machine);
} catch (error) {
  failed = true;
  if (!stopping) console.error(error, bench.lastOutput());
}

await close();
process.exit(failed ? 1 : 0);

function write(machine) {
  const date = new Date().toISOString().slice(0, 10);
  const minutes = round((performance.now() - began) / 60_000);
  const notes = bench.runs.filter((run) => run.refused || run.broken)
    .map((run) =>
      `${run.by}, ${run.name}: ${run.refused} answers were not 2xx and ${run.broken} connections broke; the rate excludes them.`);
  const disturbed = bench.runs.filter((run) => run.busyBefore >= 15);
  if (disturbed.length > 0) {
    const busiest = Math.round(Math.max(...disturbed.map((run) => run.busyBefore)));
    notes.push(`The machine was busy before ${disturbed.length} of ${bench.runs.length} runs ` +
      `(up to ${busiest} % of a core): these figures are only indicative.`);
  }

  const result = {
    date, mode, parts: chosen, minutes, machine, outcomes: outcomes.map((outcome) => ({ ...outcome, verdict: verdict(outcome) })),
    runs: bench.runs, live: bench.live, memory: bench.memory, history: bench.history, identity: bench.identity,
    neighbours: bench.neighbours, transfers: bench.transfers, budgets: bench.budgets, statement: bench.statement, ramp: bench.ramp,
    notes,
  };
  const is = (wanted) => chosen.length === Object.keys(wanted).length && chosen.every((name) => Object.hasOwn(wanted, name));
  const group = Object.keys(groups).find((name) => is(groups[name]));
  const whole = is(parts);
  const results = join(import.meta.dirname, '..', 'results');
  const folder = (whole || group) && mode === 'full' ? results : join(results, 'trial'); // Only complete runs or groups are kept.
  mkdirSync(folder, { recursive: true });
  const name = [date, machineName(machine), whole ? '' : group ?? chosen.join('-'), mode === 'quick' ? 'quick' : '']
    .filter(Boolean)
    .join('-');
  writeFileSync(join(folder, `${name}.md`), report(result));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  for (const outcome of outcomes) {
    log(`${verdict(outcome).padEnd(10)} ${outcome.what}: ${amount(outcome.value, outcome.unit)}`);
  }

  log(relative(process.cwd(), join(folder, `${name}.md`)));
}
