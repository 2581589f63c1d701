import { cpuLine, identitySection } from './report-identity.mjs';
import { round } from './statistics.mjs';

/** The result of a run as a page: first the targets, then the underlying figures, then the machine. */
export function report({ date, mode, minutes, machine, outcomes, runs, live, memory, history, identity, notes }) {
  const lines = [
    `# Load run of ${date}${mode === 'quick' ? ' (quick: short runs, only indicative)' : ''}`,
    '',
    `Created by \`bench/run${mode === 'quick' ? ' --quick' : ''}\` in ${minutes} minutes. \`bench/README.md\` says how it measures.`,
    'All durable, one process, load generator on the same cores. Only 2xx count.',
    '',
    '## Targets',
    '',
    '| what | measured | target | goal | |',
    '|---|---:|---:|---:|---|',
    ...outcomes.map(outcomeLine),
  ];
  if (runs.length > 0) lines.push(...loads(runs));
  if (live) lines.push(...liveSection(live));
  if (memory) lines.push(...memorySection(memory));
  if (history) lines.push(...historySection(history));
  if (identity) lines.push(...identitySection(identity));
  if (notes.length > 0) lines.push('', '## Notes', '', ...notes.map((note) => `- ${note}`));
  lines.push('', '## Machine', '', ...machineSection(machine), '');
  return lines.join('\n');
}

function outcomeLine(outcome) {
  const goal = outcome.goal ? amount(outcome.goal, outcome.unit) : '';
  return `| ${outcome.what} | ${amount(outcome.value, outcome.unit)} | ${bound(outcome)} | ${goal} | ${verdict(outcome)} |`;
}

export function verdict({ value, least, most, goal }) {
  if (most === Infinity) return 'no target';
  const met = least === undefined ? value <= most : value >= least;
  return !met ? '**missed**' : goal !== undefined && value >= goal ? 'goal met' : 'met';
}

function loads(runs) {
  return [
    '', '## Charges, in the order in which they ran', '',
    'CPU is percent of one core: the service, the database server, everything else (the load generator). WAL is the log written per',
    'charge. Batch is the average number of charges per transaction.', '',
    '| by | on, clients | 2xx /s | p50 ms | p99 ms | not 2xx | CPU service | CPU database | CPU others | WAL KB | batch |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...runs.map(loadLine),
  ];
}

function loadLine({ by, name, rate, p50, p99, mean, refused, broken, cpu, walBytes, accepted, done, batch }) {
  const cells = [
    by,
    name,
    Math.round(rate),
    p50 === undefined ? `mean ${round(mean, 2)}` : round(p50, 2),
    p99 === undefined ? '' : round(p99, 2),
    refused === undefined ? 0 : refused + broken,
    by === 'pgbench' ? '' : Math.round(cpu.service),
    Math.round(cpu.database),
    Math.round(cpu.others),
    round(walBytes / 1024 / (accepted ?? done), 2),
    batch === undefined ? '' : round(batch),
  ];
  return `| ${cells.join(' | ')} |`;
}

function liveSection({ rate, charges, seconds, updates, p50, p99, max, fromReply, reply, cpu }) {
  return [
    '', '## Live updates', '',
    `${charges} charges in ${round(seconds)} s (${Math.round(rate)}/s) on random wallets, ${updates} updates received; ` +
      'every charge was in one.', '',
    '| | p50 ms | p99 ms | max ms |', '|---|---:|---:|---:|',
    `| from the decision (\`at\`, before the commit) to the update | ${round(p50)} | ${round(p99)} | ${round(max)} |`,
    `| from the reply at its client (after the commit) to the update | ${round(fromReply.p50)} | ${round(fromReply.p99)} | |`,
    `| the charge itself over REST | ${round(reply.p50)} | ${round(reply.p99)} | |`,
    '', cpuLine(cpu),
  ];
}

function memorySection({ sizes, starts, touched }) {
  const rows = [
    ['idle after the first start', sizes.idle],
    [`after ${touched} wallets were opened`, sizes.opened],
    ['peak meanwhile', sizes.openedPeak],
    ['idle after a restart on that data', sizes.idleAgain],
    [`after each of the ${touched} was read once`, sizes.read],
    ['peak meanwhile', sizes.readPeak],
  ];
  return [
    '', '## Memory of the single .NET process (resident)', '',
    '| when | MB |', '|---|---:|', ...rows.map(([when, size]) => `| ${when} | ${Math.round(size)} |`),
    '', '## Start, from `./run` (built) to ready', '', '| | s |', '|---|---:|',
    `| first start: creates the database cluster | ${round(starts.first)} |`,
    `| later start | ${round(starts.again)} |`,
    `| after kill -9 | ${round(starts.afterKill)} |`,
  ];
}

function historySection({ entries, samples }) {
  const rows = [
    ['GET of the long wallet, first request of the process', samples.readFirst], ['then a charge on it', samples.chargeSecond],
    ['charge on the long wallet, first request of the process', samples.chargeFirst],
    ['GET of a short wallet, first request of the process', samples.smallFirst], ['then GET of the long wallet', samples.readSecond],
  ];
  return [
    '', `## A wallet with ${entries} entries, after kill -9 and a restart`, '',
    'At the client, after `/health/ready`. Each line is a separate start, except those that begin with "then".',
    '', '| request | ms |', '|---|---:|', ...rows.map(([what, times]) => `| ${what} | ${times.map((time) => round(time)).join(', ')} |`),
  ];
}

function machineSection({ processor, cores, memoryGigabytes, kernel, system, fileSystem, dotnet, node, postgres }) {
  return [
    `- ${cores} cores of ${processor}, ${memoryGigabytes} GB, ${system}, Linux ${kernel}, data on ${fileSystem}; ` +
      `.NET SDK ${dotnet}, Node ${node}`,
    `- PostgreSQL ${Object.entries(postgres).map(
      ([name, value]) => (name === 'server_version' ? value : `${name}=${value}`)).join(', ')}`,
  ];
}

function bound({ least, most, unit }) {
  if (most === Infinity) return '';
  return least === undefined ? `under ${amount(most, unit)}` : `${amount(least, unit)}`;
}

export const amount = (value, unit) => (unit === 'x' ? `${round(value, 2)}x` : `${round(value, 1)} ${unit}`);
