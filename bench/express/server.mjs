// The application for comparison: Express and node-postgres, two workers, the transaction of sql/charge.pgbench.sql.
// It does less than the platform: it compares the token as a string and stores no idempotency keys.
import cluster from 'node:cluster';
import express from 'express';
import pg from 'pg';

const workers = Number(process.env.WORKERS ?? 2);

if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) {
    cluster.fork();
  }

  cluster.on('exit', () => process.exit(1));
} else {
  const pool = new pg.Pool({ max: Number(process.env.POOL ?? 16) });
  const token = `Bearer ${process.env.BENCH_TOKEN}`;
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());

  app.post('/api/v1/wallets/:id/charges', async (request, response) => {
    if (request.headers.authorization !== token) {
      return response.status(401).json({ code: 'unauthenticated' });
    }

    const id = Number(request.params.id);
    const minor = Math.round(Number(request.body.amount.amount) * 100);
    if (!request.headers['idempotency-key'] || !Number.isInteger(id) || !(minor > 0)) {
      return response.status(400).json({ code: 'invalid' });
    }

    const connection = await pool.connect();
    try {
      await connection.query('BEGIN');
      const charged = await connection.query({
        name: 'charge',
        text: `UPDATE wallet SET balance = balance - $2, sequence = sequence + 1
               WHERE id = $1 AND balance >= $2 RETURNING balance, sequence`,
        values: [id, minor],
      });
      if (charged.rowCount === 0) {
        await connection.query('ROLLBACK');
        return response.status(409).json({ code: 'insufficient-funds' });
      }

      const { balance, sequence } = charged.rows[0];
      const entry = await connection.query({
        name: 'entry',
        text: 'INSERT INTO entry (wallet_id, sequence, amount, balance_after, reason) VALUES ($1, $2, $3, $4, $5) RETURNING at',
        values: [id, sequence, minor, balance, request.body.reason],
      });
      await connection.query('COMMIT');
      const balanceAfter = (Number(balance) / 100).toFixed(2);
      response.status(201).json({ walletId: id, sequence: Number(sequence), balanceAfter, at: entry.rows[0].at });
    } catch (error) {
      await connection.query('ROLLBACK').catch(() => {});
      response.status(503).json({ code: 'unavailable', detail: error.code });
    } finally {
      connection.release();
    }
  });

  app.get('/health/ready', (_, response) => response.sendStatus(200));
  app.listen(Number(process.env.PORT), '127.0.0.1');
}
