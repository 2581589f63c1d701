-- As charge.pgbench.sql, with realistic skew: a Zipf distribution of exponent 1 (pgbench accepts at least 1.001).
\set id random_zipfian(1, :wallets, 1.001)
BEGIN;
UPDATE wallet SET balance = balance - 1, sequence = sequence + 1 WHERE id = :id AND balance >= 1 RETURNING balance, sequence \gset
INSERT INTO entry (wallet_id, sequence, amount, balance_after, reason) VALUES (:id, :sequence, 1, :balance, 'bench');
COMMIT;
