import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from './database.mjs';
import { run } from './processes.mjs';

const folder = join(import.meta.dirname, '..', 'sql');

/** Creates the database of the two competitors, on the same server and with the same settings as the platform's. */
export async function createSqlDatabase(address, wallets) {
  const server = new Database(address);
  await server.rows('DROP DATABASE IF EXISTS bench_sql');
  await server.rows('CREATE DATABASE bench_sql');
  await server.close();
  const sql = new Database(address, 'bench_sql');
  await sql.rows(readFileSync(join(folder, 'schema.sql'), 'utf8'));
  await sql.rows('INSERT INTO wallet (id, balance) SELECT n, 1000000000000 FROM generate_series(1, $1::int) AS n', [wallets]);
  await sql.rows('VACUUM ANALYZE wallet');
  return sql;
}

/** Runs pgbench once with prepared statements. Throws if it printed an error or its count differs from the rows. */
export async function pgbench(sql, { script, clients, seconds, wallets }) {
  const before = await sqlCharges(sql);
  const output = await run(pgbenchProgram(), [
    '-n', '-M', 'prepared', '-T', String(seconds), '-c', String(clients), '-j', String(Math.min(2, clients)),
    '-D', `wallets=${wallets}`, '-f', join(folder, script),
  ], { env: { ...process.env, ...sql.environment } });
  const read = (pattern) => Number(pattern.exec(output)?.[1]);
  const done = read(/actually processed: (\d+)/);
  const rate = read(/tps = ([\d.]+)/);
  const failed = read(/failed transactions: (\d+)/) || 0; // Not printed before PostgreSQL 15; older versions stop at a failure.
  if (!(rate > 0) || failed > 0 || /pgbench: (error|fatal)|aborted/.test(output)) {
    throw new Error(`pgbench: ${output.slice(-2000)}`);
  }

  const charges = (await sqlCharges(sql)) - before;
  if (charges !== done) {
    throw new Error(`pgbench says ${done} transactions, the rows say ${charges}.`);
  }

  return { clients, seconds, done, rate, mean: read(/latency average = ([\d.]+)/) };
}

/** The number of charges in the competitors' database. Throws if wallets and entries disagree. */
export async function sqlCharges(sql) {
  const [{ wallets, spent, entries }] = await sql.rows(
    `SELECT sum(sequence)::bigint AS wallets, sum(1000000000000 - balance)::bigint AS spent,
            (SELECT count(*) FROM entry) AS entries FROM wallet`);
  if (wallets !== entries || spent !== entries) {
    throw new Error(`Wallets say ${wallets} charges and ${spent} spent, entries say ${entries}.`);
  }

  return Number(entries);
}

function pgbenchProgram() {
  const distributions = ['/usr/lib/postgresql', '/usr'].flatMap((parent) => existsSync(parent)
    ? readdirSync(parent).map((name) => join(parent, name, 'bin', 'pgbench')).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    : []);
  return distributions.find(existsSync) ?? 'pgbench';
}
