import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database.mjs';
import { expressToken, startExpress } from './express.mjs';
import { withCpu } from './cpu.mjs';
import { checked, openWallets } from './ledger.mjs';
import { busyNow } from './machine.mjs';
import { Platform } from './platform.mjs';
import { sleep } from './processes.mjs';
import { createSqlDatabase, pgbench, sqlCharges } from './sql.mjs';
import { wrk, writeIds } from './wrk.mjs';

/** Shared by the parts: the platform with its wallets, the competitors on the same server, and the way to run a load. */
export class Bench {
  constructor(plan, log) {
    this.plan = plan;
    this.log = log;
    this.runs = [];
    this.folder = mkdtempSync(join(process.env.BENCH_DATA ?? tmpdir(), 'platform-bench-'));
    chmodSync(this.folder, 0o711); // If we are root, the database server runs as another user, who needs access.
  }

  /** The platform with its wallets. The first part that needs it starts it. */
  async platform() {
    if (!this.main) {
      this.main = await Platform.on(join(this.folder, 'main'));
      this.firstStart = await this.main.start();
      this.connect();
      await this.main.register();
      const began = performance.now();
      const ids = await openWallets(this.main, this.plan.wallets + 1);
      this.hot = ids.pop();
      this.ids = ids;
      this.files = { all: writeIds(join(this.folder, 'all'), ids), hot: writeIds(join(this.folder, 'hot'), [this.hot]) };
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      this.log(`ready in ${this.firstStart.toFixed(1)} s; ${ids.length + 1} wallets opened and filled in ${seconds} s`);
      await this.charge('warm-up', { wallets: 'all', connections: 64, seconds: this.plan.warm, counts: false });
    }

    return this.main;
  }

  /** The competitors: handwritten SQL and Express, in a separate database on the platform's server. */
  async competitors() {
    if (!this.sql) {
      const platform = await this.platform();
      this.sql = await createSqlDatabase(platform.database, this.plan.wallets);
      this.express = await startExpress(this.sql);
      this.sqlFiles = {
        all: writeIds(join(this.folder, 'sql-all'), Array.from({ length: this.plan.wallets }, (_, index) => index + 1)),
        hot: writeIds(join(this.folder, 'sql-hot'), [1]),
      };
      await this.chargeExpress(
        'warm-up of Express', { wallets: 'all', connections: 64, seconds: Math.min(3, this.plan.warm), counts: false });
    }
  }

  /** One run against the platform, checked against its rows. */
  async charge(name, { wallets, connections, seconds, zipf = false, counts = true }) {
    const platform = await this.platform();
    const token = await platform.login();
    await this.quiet();
    const load = () => wrk({ port: platform.port, token, walletsFile: this.files[wallets], connections, seconds, zipf });
    const result = await this.measured([platform.process.pid], () => checked(platform, this.database, load));
    return this.record('platform', name, counts, result);
  }

  /** The same load against Express, checked against its rows. */
  async chargeExpress(name, { wallets, connections, seconds, counts = true }) {
    await this.competitors();
    await this.quiet();
    return this.record('express', name, counts, await this.measured(this.express.pids, async () => {
      const before = await sqlCharges(this.sql);
      const walletsFile = this.sqlFiles[wallets];
      const result = await wrk({ port: this.express.port, token: expressToken, walletsFile, connections, seconds });
      await sleep(500);
      const added = (await sqlCharges(this.sql)) - before;
      if (added < result.accepted || added > result.accepted + connections + result.broken) {
        throw new Error(`Express acknowledged ${result.accepted} charges, the rows have ${added} more.`);
      }

      return result;
    }));
  }

  /** The same work in handwritten SQL. */
  async chargeSql(name, options) {
    await this.competitors();
    await this.quiet();
    return this.record('pgbench', name, true, await this.measured([], () => pgbench(this.sql, options)));
  }

  /** Stops everything except this process, so that another instance has the machine to itself. */
  async pause() {
    await this.express?.stop();
    await this.sql?.close();
    await this.database?.close();
    this.express = this.sql = this.database = undefined;
    await this.main?.stop();
  }

  async resume() {
    if (this.main) {
      await this.main.start();
      this.connect();
    }
  }

  /** Connects to the database server of the running platform. */
  connect() {
    this.database = new Database(this.main.database);
  }

  /** The last output of the platform and its database server, for a failed run. */
  lastOutput() {
    const { process: child } = this.main ?? {};
    if (!child) return '';
    const exit = child.exitCode ?? child.signalCode ?? 'none';
    return `\n-- the platform (exit ${exit}):\n${child.output.slice(-3000)}\n-- its database server:\n${this.main.serverLog()}`;
  }

  async close() {
    await this.cluster?.stop().catch((error) => console.error(error.message));
    await this.express?.stop();
    await this.sql?.close().catch(() => {});
    await this.database?.close().catch(() => {});
    await this.main?.remove();
  }

  // Every run starts after a checkpoint and on an idle machine, so that earlier runs do not affect it.
  async quiet() {
    await this.database.rows('CHECKPOINT');
    for (let attempt = 0; attempt < this.plan.patience; attempt++) {
      this.busy = await busyNow();
      if (this.busy < 15) break;
    }
  }

  /** Runs work and measures the CPU use of each process and the WAL written. */
  async measured(servicePids, work) {
    const before = await walPosition(this.database);
    const result = await withCpu({ servicePids, postmaster: this.main.postmaster() }, work);
    return { ...result, walBytes: (await walPosition(this.database)) - before };
  }

  record(by, name, counts, result) {
    const run = { by, name, counts, busyBefore: this.busy, ...result };
    if (counts) this.runs.push(run);
    const bad = run.refused || run.broken ? `, NOT 2xx: ${run.refused}, broken: ${run.broken}` : '';
    const delay = run.p50 === undefined ? `mean ${run.mean.toFixed(1)} ms` : `p50 ${run.p50.toFixed(1)} p99 ${run.p99.toFixed(1)} ms`;
    this.log(`${by.padEnd(8)} ${name.padEnd(32)} ${run.rate.toFixed(0).padStart(7)}/s  ${delay}${bad}`);
    return run;
  }
}

async function walPosition(database) {
  return Number((await database.rows(`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS bytes`))[0].bytes);
}
