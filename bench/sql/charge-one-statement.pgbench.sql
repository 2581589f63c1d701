-- The same in one round trip. Not what an application usually writes; measured to show how much of the rest is round trips.
\set id random(1, :wallets)
WITH charged AS (
    UPDATE wallet SET balance = balance - 1, sequence = sequence + 1 WHERE id = :id AND balance >= 1 RETURNING id, balance, sequence)
INSERT INTO entry (wallet_id, sequence, amount, balance_after, reason) SELECT id, sequence, 1, balance, 'bench' FROM charged;
