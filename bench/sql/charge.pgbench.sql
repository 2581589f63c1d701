\set id random(1, :wallets)
BEGIN;
UPDATE wallet SET balance = balance - 1, sequence = sequence + 1 WHERE id = :id AND balance >= 1 RETURNING balance, sequence \gset
INSERT INTO entry (wallet_id, sequence, amount, balance_after, reason) VALUES (:id, :sequence, 1, :balance, 'bench');
COMMIT;
