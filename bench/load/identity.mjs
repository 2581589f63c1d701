import { join } from 'node:path';
import os from 'node:os';
import { Cluster } from './cluster.mjs';
import { figure } from './parts.mjs';
import { micro } from './micro.mjs';
import { addUsers, loginLoad, readers, refreshLoad, total } from './sessions.mjs';
import { targets } from './plan.mjs';
import { visibility as measureVisibility } from './visibility.mjs';

/** The CPU time of authentication and authorisation per request. */
export async function access(bench) {
  await bench.platform();
  await bench.quiet();
  const parts = await micro('AccessBenchmarks');
  note(bench, { access: parts });
  bench.log(`access   ${Object.entries(parts).map(([name, { microseconds }]) => `${name} ${microseconds.toFixed(1)}`).join(', ')} us`);
  const { microseconds } = parts['Authentication and access of a request'];
  return [figure('Token and permission of a request, 100000 users: CPU', microseconds, 'us', targets.access)];
}

/** Sign-ins at the maximum rate, and their effect on other requests. */
export async function logins(bench) {
  const platform = await bench.platform();
  const { accounts, loginClients: clients, loginSeconds: seconds, readClients, readRate } = bench.plan;
  await platform.login();
  const emails = await addUsers(platform, accounts);
  const read = (time) => readers(platform, bench.ids, { clients: readClients, rate: readRate, seconds: time });
  await loginLoad(platform, emails, { clients: 4, seconds: 2 });
  await bench.quiet();
  const hash = (await micro('PasswordBenchmarks'))['Password verified'].microseconds / 1000;
  await bench.quiet();
  const alone = await read(Math.min(5, seconds));
  await bench.quiet();
  const result = await bench.measured([platform.process.pid], async () => {
    const [load, reads] = await Promise.all([loginLoad(platform, emails, { clients, seconds }), read(seconds)]);
    return { load, reads };
  });
  const { tokens, ...load } = result.load;
  bench.sessions = { emails, tokens };
  const cores = os.cpus().length;
  const ratio = load.rate / ((1000 * cores) / hash);
  const busy = load.refused[503] ?? 0;
  const { reads, cpu } = result;
  const overloaded = busy / (load.accepted + total(load.refused));
  note(bench, { logins: { ...load, hash, cores, ratio, clients, accounts, overloaded, reads, alone, cpu } });
  bench.log(`logins   ${load.rate.toFixed(1)}/s of ${((1000 * cores) / hash).toFixed(1)} ` +
    `(${cores} cores, ${hash.toFixed(1)} ms per hash), p50 ${load.p50.toFixed(0)} ms; not 2xx: ${JSON.stringify(load.refused)}`);
  bench.log(`reads    p50 ${reads.p50.toFixed(1)} p99 ${reads.p99.toFixed(1)} max ${reads.max.toFixed(0)} ms meanwhile, ` +
    `alone p50 ${alone.p50.toFixed(1)} p99 ${alone.p99.toFixed(1)} ms`);
  return [
    figure(`Logins, ${clients} clients : hashes that ${cores} cores could do`, ratio, 'x', targets.logins),
    figure('Logins: share answered 503', 100 * overloaded, '%', targets.loginsRefused),
    figure(`GET of a wallet while logins saturate, ${readClients} clients at ${readRate}/s: p99`, reads.p99, 'ms', targets.readP99),
  ];
}

/** Exchanges refresh tokens for new ones. */
export async function refreshes(bench) {
  const platform = await bench.platform();
  const { sessions, refreshClients: clients, refreshSeconds: seconds, accounts } = bench.plan;
  await platform.login();
  const { emails, tokens } = bench.sessions ?? { emails: await addUsers(platform, accounts), tokens: [] };
  while (tokens.length < sessions) tokens.push(...(await loginLoad(platform, emails, { clients: 16, seconds: 2 })).tokens);
  const mine = tokens.slice(-sessions);
  await bench.quiet();
  const result = await bench.measured([platform.process.pid], () => refreshLoad(platform, mine, { clients, seconds }));
  note(bench, { refreshes: { ...result, clients } });
  bench.log(`refresh  ${result.rate.toFixed(0)}/s of ${sessions} sessions, p50 ${result.p50.toFixed(1)} ` +
    `p99 ${result.p99.toFixed(1)} ms; not 2xx: ${JSON.stringify(result.refused)}`);
  return [
    figure(`Refreshes, ${sessions} sessions, ${clients} clients`, result.rate, '/s', targets.refreshes),
    figure('Refreshes that were not 2xx', total(result.refused), 'of all', targets.refreshesRefused),
  ];
}

/** How long a change of permissions takes to become effective in another process. */
export async function visibility(bench) {
  await bench.platform();
  await bench.pause();
  const cluster = bench.cluster = new Cluster(join(bench.folder, 'cluster'));
  let result;
  try {
    await cluster.start();
    result = await measureVisibility(cluster, bench.plan.changes);
  } finally {
    await cluster.stop();
  }

  await bench.resume();
  note(bench, { visibility: result });
  const kinds = Object.entries(result);
  const lines = kinds.map(([kind, { p50, p99, max }]) => `${kind} p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)} max ${max.toFixed(0)}`);
  bench.log(`visible  ${lines.join(', ')} ms`);
  const longest = Math.max(...kinds.map(([, { max }]) => max));
  const late = kinds.reduce((sum, [, { notNext }]) => sum + notNext, 0);
  return [
    figure(`Change of permissions, 3 silos, ${bench.plan.changes} of each kind: effective at the other API, the longest`,
      longest, 'ms', targets.visible),
    figure('The same at the API that was asked: not effective for the next request', late, 'of all', targets.visibleHere),
  ];
}

function note(bench, part) {
  bench.identity = { ...bench.identity, ...part };
}
