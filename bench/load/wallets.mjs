import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parallel } from './client.mjs';
import { deposit, openWallets, totals } from './ledger.mjs';
import { paced } from './live.mjs';
import { entriesOf, figure, fill, rates, ratio } from './parts.mjs';
import { targets } from './plan.mjs';
import { root } from './platform.mjs';
import { memoryOf, run, sleep } from './processes.mjs';
import { mean, percentile } from './statistics.mjs';
import { writeIds, wrk } from './wrk.mjs';

/** Charges on wallets with realistic skew (Zipf). */
export async function zipf(bench) {
  const { load, pgbench: seconds, wallets } = bench.plan;
  const ours = (connections) => bench.charge(
    `Zipf, ${wallets} wallets, ${connections}`, { wallets: 'all', connections, seconds: load, zipf: true });
  const sql = (clients) => bench.chargeSql(
    `Zipf, ${wallets} wallets, ${clients}`, { script: 'charge-zipf.pgbench.sql', clients, seconds, wallets });
  await bench.competitors();
  const at64 = [await ours(64)];
  const byHand = [await sql(1), await sql(16), await sql(64)];
  const at256 = [await ours(256)];
  const best = byHand.reduce((left, right) => (right.rate > left.rate ? right : left));
  const bestTwice = [best, await sql(best.clients)];
  at64.push(await ours(64));
  at256.push(await ours(256));
  const pgbenchBest = `pgbench, best of 1, 16, 64 (${best.clients})`;
  return [
    ratio(`Zipf(1) on ${wallets} wallets, 64 clients : ${pgbenchBest}`, rates(at64) / rates(bestTwice), targets.restToPgbench),
    ratio(`Zipf(1) on ${wallets} wallets, 256 clients : ${pgbenchBest}`, rates(at256) / rates(bestTwice), targets.restToPgbench),
  ];
}

/**
 * The effect of one saturated wallet on the others: a paced load on 10,000 wallets, while 64 clients charge either the same wallets
 * or one other wallet. The paced load is also measured alone: the difference is the cost of a busy machine.
 */
export async function neighbours(bench) {
  const platform = await bench.platform();
  const { pacedRate: rate, pacedSeconds: seconds } = bench.plan;
  const watch = async (wallets) => {
    const token = await platform.login();
    await bench.quiet();
    const load = wallets && wrk({ port: platform.port, token, walletsFile: bench.files[wallets], connections: 64, seconds: seconds + 4 });
    if (load) await sleep(2000);
    const seen = await paced({ port: platform.port, token, ids: bench.ids, rate, seconds });
    const under = await load;
    if (seen.refused > 0) throw new Error(`${seen.refused} of the paced charges were refused.`);
    const result = { p50: percentile(seen.took, 0.5), p99: percentile(seen.took, 0.99), load: under?.rate ?? 0 };
    bench.log(`paced    with load on ${(wallets ?? 'none').padEnd(10)} p50 ${result.p50.toFixed(1)} p99 ${result.p99.toFixed(1)} ms ` +
      `(${result.load.toFixed(0)}/s)`);
    return result;
  };
  const alone = await watch(null);
  const pairs = [];
  for (let turn = 0; turn < 3; turn++) pairs.push({ spread: await watch('all'), hot: await watch('hot') });
  const middle = (values) => percentile(values, 0.5);
  const [spread, hot] = [middle(pairs.map((pair) => pair.spread.p99)), middle(pairs.map((pair) => pair.hot.p99))];
  bench.neighbours = { alone, pairs };
  return [
    ratio('p99 of other wallets: one wallet saturated by 64 clients : the same clients on all wallets', hot / spread, targets.neighbours),
    figure('p99 of other wallets, nobody else at work', alone.p99, 'ms', { most: Infinity }),
    figure('p99 of other wallets, one wallet saturated', hot, 'ms', { most: Infinity }),
  ];
}

/** How long a process needs under load, right after its start, to reach most of its final rate. */
export async function ramp(bench) {
  const platform = await bench.platform();
  await bench.pause();
  await bench.resume();
  const token = await platform.login();
  const { rampSteps: steps } = bench.plan;
  const every = 5;
  const load = wrk({ port: platform.port, token, walletsFile: bench.files.hot, connections: 64, seconds: every * steps + 1 });
  const seen = [];
  const look = async () => ({ at: performance.now(), entries: await entriesOf(bench, platform, bench.hot) });
  for (let step = 0, last = await look(); step < steps; step++) {
    await sleep(every * 1000);
    const now = await look();
    seen.push(Math.round((now.entries - last.entries) / (now.at - last.at) * 1000));
    last = now;
  }

  await load;
  const most = percentile(seen.slice(-4), 0.5);
  bench.ramp = { every, rates: seen };
  bench.log(`ramp     ${seen.join(', ')} /s, every ${every} s`);
  const reached = every * (seen.findIndex((rate) => rate >= 0.8 * most) + 1);
  return [figure('Under load since a start, until a rate of four fifths of the last one', reached, 's', { most: Infinity })];
}

/** Transfers between 100 wallets in all directions. */
export async function transfers(bench) {
  const platform = await bench.platform();
  const ids = await openWallets(platform, 100);
  const walletsFile = writeIds(join(bench.folder, 'transfers'), ids);
  const deadlocks = async () =>
    Number((await bench.database.rows('SELECT sum(deadlocks)::bigint AS n FROM pg_stat_database'))[0].n);
  const before = { deadlocks: await deadlocks(), ...(await totals(bench.database, platform.account.organisation)) };
  const runs = [];
  for (let turn = 0; turn < 2; turn++) {
    const token = await platform.login();
    await bench.quiet();
    const result = await bench.measured([platform.process.pid], () => wrk({
      port: platform.port, token, walletsFile, connections: 64, seconds: bench.plan.load, script: 'transfer.lua',
    }));
    bench.log(`transfer ${result.rate.toFixed(0)}/s p50 ${result.p50.toFixed(1)} p99 ${result.p99.toFixed(1)} ms, ` +
      `not 2xx ${result.refused}`);
    runs.push(result);
  }

  // Wait until transfers in flight at the end of the load are finished. Then each has both legs, and no cent is lost.
  const open = `SELECT count(*)::int AS n FROM wallet_transaction o WHERE o.org_id = $1 AND o.type = 9 AND NOT EXISTS (
    SELECT FROM wallet_transaction e WHERE e.org_id = o.org_id AND e.related_id = o.id AND e.type IN (10, 11))`;
  for (let wait = 0; (await bench.database.rows(open, [platform.account.organisation]))[0].n > 0; wait++) {
    if (wait > 100) throw new Error('Some transfers have only one leg.');
    await sleep(200);
  }

  const after = await totals(bench.database, platform.account.organisation);
  if (after.balance !== before.balance) {
    throw new Error(`Transfers changed the sum of the balances by ${after.balance - before.balance} cents.`);
  }

  bench.transfers = runs;
  return [
    figure('Transfers between 100 wallets, 64 clients', rates(runs), '/s', targets.transfers),
    figure('Deadlocks meanwhile', (await deadlocks()) - before.deadlocks, '', targets.deadlocks),
  ];
}

/**
 * Charges of 100 sub-users that spend from 10 parents, in turns with plain charges on 100 wallets: how much a budget adds to the CPU time
 * of a charge, in service and database together.
 */
export async function budgets(bench) {
  const platform = await bench.platform();
  const plain = await openWallets(platform, 100);
  const parents = await openWallets(platform, 10);
  const children = await openWallets(platform, 100, { fill: false });
  const slice = { amount: '100.00', currency: 'USD' };
  await parallel(children.length, 16, (index) => platform.client.expect(
    200, 'PUT', `/api/v1/wallets/${children[index]}/budget`, { parentWalletId: parents[index % parents.length], slice }));
  const charges = async (ids) => Number((await bench.database.rows(
    'SELECT count(*) AS n FROM wallet_transaction WHERE org_id = $1 AND wallet_id = ANY ($2) AND type = 1',
    [platform.account.organisation, ids]))[0].n);
  const on = async (name, ids, count) => {
    const walletsFile = writeIds(join(bench.folder, name.replaceAll(' ', '-')), ids);
    const token = await platform.login();
    await bench.quiet();
    const before = await charges(ids);
    const load = () => wrk({ port: platform.port, token, walletsFile, connections: 64, seconds: count });
    const result = await bench.measured([platform.process.pid], load);
    const added = (await charges(ids)) - before;
    if (result.refused > 0 || added < result.accepted) {
      throw new Error(`${name}: ${result.refused} refused, ${result.accepted} acknowledged, ${added} in the database.`);
    }

    const run = bench.record('platform', `${name}, 64`, count === bench.plan.load, result);
    return { ...run, cost: 10_000 * (run.cpu.service + run.cpu.database) / run.rate }; // CPU microseconds per charge.
  };

  for (const [name, ids] of [['100 wallets', plain], ['100 sub-users', children]]) await on(name, ids, bench.plan.warm);
  const runs = { plain: [], budget: [] };
  for (let turn = 0; turn < 3; turn++) {
    runs.plain.push(await on('100 wallets', plain, bench.plan.load));
    runs.budget.push(await on('100 sub-users', children, bench.plan.load));
  }

  // Parents settle before they answer, so each has paid what its sub-users charged, one cent per charge.
  // Charges in flight may still commit.
  for (let attempt = 0; ; attempt++) {
    const left = await parallel(parents.length, 4, (index) => platform.client.expect(200, 'GET', `/api/v1/wallets/${parents[index]}`));
    const spent = left.reduce((sum, wallet) => sum + deposit * 100 - Math.round(Number(wallet.balance.amount) * 100), 0);
    const charged = await charges(children);
    if (spent === charged) break;
    if (attempt > 50) throw new Error(`Sub-users charged ${charged} cents, their parents paid ${spent}.`);
    await sleep(200);
  }

  const cost = (of) => mean(of.map((run) => run.cost));
  bench.log(`budgets  ${cost(runs.budget).toFixed(0)} us of CPU per charge, plain ${cost(runs.plain).toFixed(0)} us`);
  bench.budgets = runs;
  return [
    ratio('A charge of a sub-user under a budget : a plain charge, CPU of service and database',
      cost(runs.budget) / cost(runs.plain), targets.budgets),
    ratio('Charges of 100 sub-users under budgets : on 100 wallets, 64 clients',
      rates(runs.budget) / rates(runs.plain), { most: Infinity }),
  ];
}

/** A statement with many lines, and the verification of an export. */
export async function statement(bench) {
  const platform = await bench.platform();
  const [wallet] = await openWallets(platform, 1);
  const walletsFile = writeIds(join(bench.folder, 'statement-wallet'), [wallet]);
  const lines = await fill(bench, platform, { wallet, walletsFile, least: bench.plan.lines });
  await platform.login();
  const folder = join(bench.folder, 'statement');
  mkdirSync(folder, { recursive: true });
  const times = {};
  const from = new Date(Date.now() - 86_400_000).toISOString();
  const to = new Date(Date.now() + 86_400_000).toISOString();
  await platform.client.request('GET', `/api/v1/wallets/${bench.ids[0]}/statement?from=${from}&to=${to}&format=csv`);
  const before = memoryOf(platform.process.pid);
  for (const format of ['csv', 'json', 'pdf']) {
    const path = `/api/v1/wallets/${wallet}/statement?from=${from}&to=${to}&format=${format}`;
    times[format] = await download(platform, path, join(folder, `statement.${format}`));
    bench.log(`statement ${format} of ${lines} lines: ${times[format].toFixed(2)} s`);
  }

  const grown = Math.max(0, memoryOf(platform.process.pid).rss - before.rss);
  await platform.login(); // An export needs a recent sign-in, and the statements may have taken minutes.
  const file = join(folder, 'export.ndjson');
  await download(platform, '/api/v1/ledger/export', file);
  const output = await run(join(root, 'platform'), ['ledger', 'verify', file]);
  const rate = Number((/([\d,.]+) transactions\/s/.exec(output)?.[1] ?? '').replaceAll(',', ''));
  if (!(rate > 0)) throw new Error(`platform ledger verify: ${output}`);
  bench.log(`proof    ${output.trim().split('\n').at(-1)}`);
  bench.statement = { lines, times, grown, rate };
  return [
    figure(`Statement of ${lines} lines, CSV`, times.csv, 's', targets.statement),
    figure(`Statement of ${lines} lines, JSON`, times.json, 's', targets.statement),
    figure(`Statement of ${lines} lines, PDF`, times.pdf, 's', targets.statement),
    figure('Memory grown by the three statements', grown, 'MB', targets.statementMemory),
    figure('Proof of an export verified', rate, '/s', targets.proof),
  ];
}

function download(platform, path, file) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${platform.client.token}` };
    http.get({ host: '127.0.0.1', port: platform.port, path, headers }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`${path} answered ${response.statusCode}`));
        response.resume();
        return;
      }

      pipeline(response, createWriteStream(file)).then(() => resolve((performance.now() - began) / 1000), reject);
    }).on('error', reject);
  });
}
