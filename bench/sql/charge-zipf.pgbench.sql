-- As charge.pgbench.sql, on wallets that are used as unevenly as people use them: Zipf with an exponent of 1 (pgbench takes no less than 1.001).
\set id random_zipfian(1, :wallets, 1.001)
BEGIN;
UPDATE wallet SET balance = balance - 1, sequence = sequence + 1 WHERE id = :id AND balance >= 1 RETURNING balance, sequence \gset
INSERT INTO entry (wallet_id, sequence, amount, balance_after, reason) VALUES (:id, :sequence, 1, :balance, 'bench');
COMMIT;
