import { parallel } from './client.mjs';
import { sleep } from './processes.mjs';

export const deposit = 1_000_000; // In whole units of the currency; a charge of the load takes a hundredth of one.

/** Opens wallets over HTTP and fills them. Returns their ids. */
export async function openWallets(platform, count, { fill = true } = {}) {
  const { client } = platform;
  const opened = await parallel(count, 64, () => client.expect(201, 'POST', '/api/v1/wallets', { currency: 'USD' }));
  const ids = opened.map((wallet) => wallet.id);
  if (fill) {
    const amount = { amount: `${deposit}.00`, currency: 'USD' };
    await parallel(count, 64, (index) => client.expect(
      201, 'POST', `/api/v1/wallets/${ids[index]}/deposits`, { amount, reference: 'bench' }));
  }

  return ids;
}

/** The movements and balances of the organisation in the database. */
export async function totals(database, organisation) {
  const [row] = await database.rows(
    `SELECT coalesce(sum(sequence), 0)::bigint AS movements, coalesce(sum(balance), 0)::bigint AS balance FROM wallet WHERE org_id = $1`,
    [organisation]);
  return { movements: Number(row.movements), balance: Number(row.balance) };
}

/** The average number of charges per batch since a mark. */
export async function batchSize(database, organisation, mark) {
  const [{ rows, batches }] = await database.rows(
    'SELECT count(*) AS rows, count(DISTINCT xid) AS batches FROM journal WHERE org_id = $1 AND xid >= $2::xid8', [organisation, mark]);
  return Number(rows) / Math.max(1, Number(batches));
}

/** Later transactions have at least this transaction id. */
export async function markOf(database) {
  return (await database.rows('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS mark'))[0].mark;
}

/**
 * Runs a load of one-cent charges and checks it: the database has at least as many new charges as were acknowledged, at most those
 * and the ones in flight at the end, and the balances fell by the same number of cents.
 */
export async function checked(platform, database, load) {
  const { organisation } = platform.account;
  const before = await totals(database, organisation);
  const mark = await markOf(database);
  const result = await load();
  const after = await still(database, organisation);
  const added = after.movements - before.movements;
  const spent = before.balance - after.balance;
  const most = result.accepted + result.connections + result.broken;
  if (added < result.accepted || added > most || spent !== added) {
    throw new Error(`${result.accepted} charges were acknowledged, the wallets have ${added} more and ${spent} cents less.`);
  }

  return { ...result, inDatabase: added, batch: await batchSize(database, organisation, mark) };
}

/** Audits the books: each wallet agrees with its movements and its journal, without gaps. Returns the number of movements. */
export async function audit(platform, database) {
  const { organisation } = platform.account;
  const [books] = await database.rows(
    `WITH moved AS (
       SELECT wallet_id, count(*) AS lines, max(sequence) AS last,
              sum(CASE WHEN type IN (0, 10, 11, 15) THEN amount -- Deposits, and incoming transfers and leases.
                       WHEN type = 14 OR (type = 16 AND postings[1] = 9) THEN 0 -- Leased money is part of the parent's balance.
                       ELSE -amount END) AS balance
       FROM wallet_transaction WHERE org_id = $1 GROUP BY wallet_id),
     journaled AS (
       SELECT entity_id, count(*) AS rows, max(version) AS last FROM journal
         WHERE org_id = $1 AND entity_type = 'wallet' GROUP BY entity_id)
     SELECT count(*)::bigint AS wallets, coalesce(sum(m.lines), 0)::bigint AS movements,
            count(*) FILTER (WHERE w.sequence <> coalesce(m.lines, 0) OR w.sequence <> coalesce(m.last, 0)
                                OR w.balance <> coalesce(m.balance, 0)
                                OR w.version <> j.rows OR w.version <> j.last OR j.rows IS NULL)::bigint AS wrong
     FROM wallet w LEFT JOIN moved m USING (wallet_id) LEFT JOIN journaled j ON j.entity_id = w.wallet_id
     WHERE w.org_id = $1`, [organisation]);
  if (Number(books.wrong) > 0) {
    throw new Error(`${books.wrong} of ${books.wallets} wallets disagree with their movements or their journal.`);
  }

  return { wallets: Number(books.wallets), movements: Number(books.movements) };
}

/** Compares the API's answers for some wallets with their rows. */
export async function compareAnswers(platform, database, ids) {
  const rows = await database.rows(
    'SELECT wallet_id, balance, version FROM wallet WHERE org_id = $1 AND wallet_id = ANY ($2)', [platform.account.organisation, ids]);
  const byId = new Map(rows.map((row) => [row.wallet_id, row]));
  await parallel(ids.length, 16, async (index) => {
    const wallet = await platform.client.expect(200, 'GET', `/api/v1/wallets/${ids[index]}`);
    const row = byId.get(ids[index]);
    const cents = Math.round(Number(wallet.balance.amount) * 100);
    if (cents !== Number(row.balance) || Number(wallet.version) !== Number(row.version)) {
      throw new Error(`GET answers ${cents} cents at version ${wallet.version}, the row has ${row.balance} at ${row.version}.`);
    }
  });
  return ids.length;
}

// Charges in flight at the end of the load may still commit.
async function still(database, organisation) {
  for (let last = await totals(database, organisation); ;) {
    await sleep(250);
    const now = await totals(database, organisation);
    if (now.movements === last.movements) return now;
    last = now;
  }
}
