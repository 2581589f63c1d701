import { mean } from './statistics.mjs';
import { audit, checked, compareAnswers, openWallets } from './ledger.mjs';
import { parallel } from './client.mjs';
import { Platform } from './platform.mjs';
import { live } from './live.mjs';
import { wrk } from './wrk.mjs';
import { targets } from './plan.mjs';
import { join } from 'node:path';

export const rates = (runs) => mean(runs.map((run) => run.rate));

/** Charges on many wallets: the platform before, between and after the two competitors. */
export async function rest(bench) {
  const { load, pgbench: seconds, wallets } = bench.plan;
  const ours = (connections) => bench.charge(`${wallets} wallets, ${connections}`, { wallets: 'all', connections, seconds: load });
  const express = () => bench.chargeExpress(`${wallets} wallets, 64`, { wallets: 'all', connections: 64, seconds: load });
  const sql = (clients, script = 'charge.pgbench.sql', what = '') =>
    bench.chargeSql(`${wallets} wallets, ${clients}${what}`, { script, clients, seconds, wallets });

  await bench.competitors();
  const at64 = [await ours(64)];
  const byHand = [await sql(1), await sql(16), await sql(64)];
  const at256 = [await ours(256)];
  const byExpress = [await express()];
  at64.push(await ours(64));
  const best = byHand.reduce((left, right) => (right.rate > left.rate ? right : left));
  const bestTwice = [best, await sql(best.clients)];
  at256.push(await ours(256));
  byExpress.push(await express());
  await sql(best.clients, 'charge-one-statement.pgbench.sql', ', one statement');
  at64.push(await ours(64));

  const books = await audit(await bench.platform(), bench.database);
  await compareAnswers(await bench.platform(), bench.database, [bench.hot, ...bench.ids.slice(0, 99)]);
  bench.log(`books of ${books.wallets} wallets with ${books.movements} movements agree`);
  const pgbenchBest = `pgbench, best of 1, 16, 64 (${best.clients})`;
  return [
    ratio(`REST on ${wallets} wallets, 64 clients : ${pgbenchBest}`, rates(at64) / rates(bestTwice), targets.restToPgbench),
    ratio(`REST on ${wallets} wallets, 256 clients : ${pgbenchBest}`, rates(at256) / rates(bestTwice), targets.restToPgbench),
    ratio(`REST on ${wallets} wallets, 64 clients : Express, 64 clients`, rates(at64) / rates(byExpress), targets.restToExpress),
  ];
}

/** Charges on one wallet, and one client alone. */
export async function single(bench) {
  const { load, pgbench: seconds, lone } = bench.plan;
  const ours = () => bench.charge('one wallet, 64', { wallets: 'hot', connections: 64, seconds: load });
  const express = () => bench.chargeExpress('one wallet, 64', { wallets: 'hot', connections: 64, seconds: load });
  const sql = () => bench.chargeSql('one row, 16', { script: 'charge.pgbench.sql', clients: 16, seconds, wallets: 1 });

  await bench.competitors();
  const hot = [await ours()];
  const byHand = [await sql()];
  const byExpress = [await express()];
  hot.push(await ours());
  byHand.push(await sql());
  byExpress.push(await express());
  hot.push(await ours());
  const alone = await bench.charge('10000 wallets, 1', { wallets: 'all', connections: 1, seconds: lone });
  await bench.chargeSql(
    '10000 wallets, 1', { script: 'charge.pgbench.sql', clients: 1, seconds: lone, wallets: bench.plan.wallets });

  await audit(await bench.platform(), bench.database);
  return [
    ratio('One wallet, 64 clients : pgbench on one row, 16 clients', rates(hot) / rates(byHand), targets.hotToPgbench),
    ratio('One wallet, 64 clients : Express on one row, 64 clients', rates(hot) / rates(byExpress), targets.hotToExpress),
    figure('One wallet, 64 clients: p99, worst of the runs', Math.max(...hot.map((run) => run.p99)), 'ms', targets.hotP99),
    figure('One client alone: p50', alone.p50, 'ms', targets.loneP50),
  ];
}

/** The time from a commit to a subscribed client. */
export async function liveUpdates(bench) {
  const platform = await bench.platform();
  await platform.login();
  await bench.quiet();
  const { liveRate: rate, liveSeconds: seconds } = bench.plan;
  const result = await bench.measured([platform.process.pid], () => live(platform, bench.ids, { rate, seconds }));
  bench.live = result;
  bench.log(`live     ${result.rate.toFixed(0)} charges/s for ${result.seconds.toFixed(0)} s: ` +
    `${result.updates} updates, p50 ${result.p50} p99 ${result.p99} ms`);
  return [figure(`Live update at ${rate} charges a second: p99 from the decision`, result.p99, 'ms', targets.liveP99)];
}

/** Resident memory of a separate process, idle and after each of many wallets was used once; and its start time. */
export async function memory(bench) {
  await bench.pause();
  const { touched } = bench.plan;
  const platform = await Platform.on(join(bench.folder, 'memory'));
  const sizes = {};
  const starts = {};
  try {
    starts.first = await platform.start();
    sizes.idle = (await platform.settledMemory()).rss;
    await platform.register();
    const ids = await openWallets(platform, touched, { fill: false });
    sizes.opened = (await platform.settledMemory()).rss;
    sizes.openedPeak = platform.memory.peak;
    await platform.stop();

    starts.again = await platform.start();
    sizes.idleAgain = (await platform.settledMemory()).rss;
    await parallel(touched, 64, (index) => platform.client.expect(200, 'GET', `/api/v1/wallets/${ids[index]}`));
    sizes.read = (await platform.settledMemory()).rss;
    sizes.readPeak = platform.memory.peak;
    await platform.kill();
    starts.afterKill = await platform.start();
  } finally {
    await platform.remove();
  }

  await bench.resume();
  bench.memory = { sizes, starts, touched };
  bench.log(`memory   ${Object.entries(sizes).map(([name, size]) => `${name} ${size.toFixed(0)}`).join(', ')} MB`);
  bench.log(`start    ${Object.entries(starts).map(([name, time]) => `${name} ${time.toFixed(1)}`).join(', ')} s`);
  return [
    figure('Idle memory', Math.max(sizes.idle, sizes.idleAgain), 'MB', targets.idleMemory),
    figure(`Memory, ${touched} wallets opened and read once after a restart, the larger`,
      Math.max(sizes.opened, sizes.read), 'MB', targets.touchedMemory),
    figure('Ready after ./run once built, the longest', Math.max(...Object.values(starts)), 's', targets.ready),
  ];
}

/** The first requests to a wallet with a long history after kill -9 and a restart. */
export async function history(bench) {
  const platform = await bench.platform();
  const entries = await fill(bench, platform);
  const charge = { amount: { amount: '0.01', currency: 'USD' }, reason: 'bench' };
  const read = (id) => timed(() => platform.client.request('GET', `/api/v1/wallets/${id}`), 200);
  const write = (id) => timed(() => platform.client.request('POST', `/api/v1/wallets/${id}/charges`, charge), 201);
  const [small, other] = bench.ids;
  await platform.login();
  await compareAnswers(platform, bench.database, [bench.hot, small]);

  const samples = { readFirst: [], chargeFirst: [], smallFirst: [], readSecond: [], chargeSecond: [] };
  for (let turn = 0; turn < (entries < 1_000_000 ? 1 : 2); turn++) {
    await again(platform);
    samples.readFirst.push(await read(bench.hot));
    samples.chargeSecond.push(await write(bench.hot));
    await again(platform);
    samples.chargeFirst.push(await write(bench.hot));
    await again(platform);
    samples.smallFirst.push(await read(small)); // For comparison: the process's first request without a long history.
    await read(other);
    samples.readSecond.push(await read(bench.hot));
  }

  await audit(platform, bench.database);
  bench.history = { entries, samples };
  const lines = Object.entries(samples).map(([name, times]) => `${name} ${times.map((time) => time.toFixed(0)).join('/')}`);
  bench.log(`history  ${entries} entries: ${lines.join(', ')} ms`);
  const worst = (times) => Math.max(...times);
  const { firstRequest } = targets;
  return [
    figure(`First request of the process, GET of a wallet with ${entries} entries`, worst(samples.readFirst), 'ms', firstRequest),
    figure(`First request of the process, a charge on a wallet with ${entries} entries`, worst(samples.chargeFirst), 'ms', firstRequest),
  ];
}

/** The number of entries of a wallet, from its row. */
export async function entriesOf(bench, platform, wallet) {
  return Number((await bench.database.rows(
    'SELECT sequence FROM wallet WHERE org_id = $1 AND wallet_id = $2', [platform.account.organisation, wallet]))[0].sequence);
}

/** Charges one wallet until it has this many entries. Returns how many it has. */
export async function fill(
  bench, platform, { wallet = bench.hot, walletsFile = bench.files.hot, least = bench.plan.history } = {}) {
  const rowOf = () => entriesOf(bench, platform, wallet);
  const began = performance.now();
  let rate = 3000;
  for (let have = await rowOf(); have < least; have = await rowOf()) {
    if (performance.now() - began > 240_000) {
      bench.log(`history  stopped at ${have} entries after four minutes`);
      return have;
    }

    const seconds = Math.max(2, Math.min(60, Math.ceil((least - have) / rate)));
    const token = await platform.login();
    const load = () => wrk({ port: platform.port, token, walletsFile, connections: 256, seconds });
    const run = await checked(platform, bench.database, load);
    rate = run.rate;
  }

  return rowOf();
}

async function again(platform) {
  await platform.kill();
  await platform.start();
}

async function timed(request, status) {
  const answer = await request();
  if (answer.status !== status) throw new Error(`Answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  return answer.milliseconds;
}

export const ratio = (what, value, target) => ({ what, value, unit: 'x', ...target });
export const figure = (what, value, unit, target) => ({ what, value, unit, ...target });
